#!/usr/bin/env python3
"""A desktop's portal on a bus of its own, and a program on that bus.

  mock_portal.py PROGRAM [ARGUMENT]...

What it does with a question is its title: what is asked comes back in the names of files that it gives. Ends as the program
does; with 77, which ctest counts as skipped, where a tool is missing."""
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.parse

try:
    import dbus
    import dbus.mainloop.glib
    import dbus.service
    from gi.repository import GLib
except ImportError as missing:
    debians = '/usr/bin/python3'  # Debian's packages are its own python's
    if os.path.realpath(sys.executable) != os.path.realpath(debians) and os.path.exists(debians):
        os.execv(debians, [debians, *sys.argv])
    print(f'skipped: {missing} (python3-dbus and python3-gi)')
    sys.exit(77)

NAME = 'org.freedesktop.portal.Desktop'
CHOOSER = 'org.freedesktop.portal.FileChooser'
SETTINGS = 'org.freedesktop.portal.Settings'
REQUEST = 'org.freedesktop.portal.Request'


class Request(dbus.service.Object):
    """One question: its object on the bus."""
    count = 0

    def __init__(self, bus, portal):
        Request.count += 1
        self.path = f'/org/freedesktop/portal/desktop/request/mock/{Request.count}'
        self.portal = portal
        super().__init__(bus, self.path)

    @dbus.service.signal(REQUEST, signature='ua{sv}')
    def Response(self, response, results):
        pass

    @dbus.service.method(REQUEST)
    def Close(self):
        self.portal.closed = True


class Portal(dbus.service.Object):
    closed = False

    def __init__(self, bus):
        self.bus = bus
        self.name = dbus.service.BusName(NAME, bus)
        super().__init__(bus, '/org/freedesktop/portal/desktop')

    def answer(self, title, options, save):
        """What comes back, as (response, results); None: nothing does."""
        folder = bytes(options['current_folder']).rstrip(b'\0')
        files = {
            'open': folder + b'/a photo #1.png',
            'bytes': folder + b'/caf\xe9.png',
            'elsewhere': None,
            'options': folder + b'/' + ';'.join(
                f'{name}:' + ','.join(glob for _, glob in globs) for name, globs in options.get('filters', [])).encode(),
            'box': folder + b'/' + ';'.join(str(words) for _, words, _, _ in options.get('choices', [])).encode(),
            'closed': folder + (b'/closed' if self.closed else b'/open'),
        }
        if save:
            files['save'] = folder + b'/' + str(options['current_name']).encode()
        if title == 'cancel':
            return 1, {}
        if title == 'fails':
            return 2, {}
        if title not in files:
            return None
        uri = 'file://' + urllib.parse.quote(files[title]) if files[title] else 'https://example.org/a.png'
        results = {'uris': dbus.Array([uri], signature='s')}
        if title == 'box':
            results['choices'] = dbus.Array([('box', 'true')], signature='(ss)')
        return 0, results

    def ask(self, title, options, save):
        if title == 'refuses':
            raise dbus.DBusException('no backend', name='org.freedesktop.DBus.Error.NotSupported')
        request = Request(self.bus, self)
        answer = self.answer(title, options, save)
        if answer:
            # Some portals answer before they have said which request it is.
            if title == 'cancel':
                request.Response(*answer)
            else:
                GLib.timeout_add(20, lambda: request.Response(*answer))
        if title == 'dies':
            GLib.timeout_add(20, self.die)
        return dbus.ObjectPath(request.path)

    def die(self):
        self.bus.release_name(NAME)
        GLib.timeout_add(20, lambda: self.bus.request_name(NAME) and False)  # as systemd starts it again

    @dbus.service.method(CHOOSER, in_signature='ssa{sv}', out_signature='o')
    def OpenFile(self, parent, title, options):
        assert not parent or re.fullmatch('x11:[0-9a-f]+', parent)
        return self.ask(str(title), options, False)

    @dbus.service.method(CHOOSER, in_signature='ssa{sv}', out_signature='o')
    def SaveFile(self, _parent, title, options):
        return self.ask(str(title), options, True)

    @dbus.service.method(SETTINGS, in_signature='ss', out_signature='v')
    def Read(self, group, key):
        known = {('org.freedesktop.appearance', 'color-scheme'): dbus.UInt32(2, variant_level=1),
                 ('org.gnome.desktop.interface', 'enable-animations'): dbus.Boolean(False, variant_level=1)}
        if (group, key) not in known:
            raise dbus.DBusException('not found', name='org.freedesktop.portal.Error.NotFound')
        return known[group, key]


def main():
    if not shutil.which('dbus-daemon'):
        print('skipped: dbus-daemon is not installed')
        return 77
    daemon = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address=1'], stdout=subprocess.PIPE, text=True)
    try:
        os.environ['DBUS_SESSION_BUS_ADDRESS'] = address = daemon.stdout.readline().strip()
        dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
        bus = dbus.bus.BusConnection(address)
        portal = Portal(bus)
        loop = GLib.MainLoop()
        ended = []

        def run():
            try:
                ended.append(subprocess.run(sys.argv[1:], timeout=60).returncode)
            finally:
                GLib.idle_add(loop.quit)

        threading.Thread(target=run, daemon=True).start()
        loop.run()
        portal.remove_from_connection()
        del portal  # gives its name back, while there is a bus
        return ended[0] if ended else 1
    finally:
        daemon.kill()


if __name__ == '__main__':
    sys.exit(main())
