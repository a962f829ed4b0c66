#!/usr/bin/env python3
"""Colour with Handtint: the strokes on the active layer colour the picture under them (../../README.md)."""
import os
import shutil
import subprocess
import sys
import tempfile
import time

import gi
gi.require_version('Gimp', '3.0')
gi.require_version('GimpUi', '3.0')
gi.require_version('Gtk', '3.0')
from gi.repository import Gimp, GimpUi, Gio, GLib, GObject, Gtk  # noqa: E402

PROCEDURE = 'handtint-colour'
TITLE = 'Colour with Handtint'
LAYER = 'Colour by Handtint'  # earlier ones are replaced
SILENT = Gimp.RunMode.NONINTERACTIVE


class Refused(Exception):
    """A sentence for who sits there; an empty one after a cancel."""


def find_program():
    wanted = os.environ.get('HANDTINT') or 'handtint'
    program = shutil.which(wanted)
    if not program:
        raise Refused(f'The program "{wanted}" was not found. Install Handtint, or name it in the environment variable HANDTINT.')
    return program


def all_layers(items):
    for item in items:
        yield item
        yield from all_layers(item.get_children() if item.is_group() else [])


def write(image, make_layer, file):
    """As an sRGB PNG of 8 or 16 bit; make_layer(IMAGE) gives what is on it."""
    eight = (Gimp.Precision.U8_NON_LINEAR, Gimp.Precision.U8_PERCEPTUAL, Gimp.Precision.U8_LINEAR)
    precision = eight[0] if image.get_precision() in eight else Gimp.Precision.U16_NON_LINEAR
    copy = Gimp.Image.new_with_precision(image.get_width(), image.get_height(), Gimp.ImageBaseType.RGB, image.get_precision())
    try:
        copy.set_color_profile(image.get_effective_color_profile())
        layer = make_layer(copy)
        copy.insert_layer(layer, None, 0)
        layer.resize_to_image_size()
        copy.convert_color_profile(Gimp.ColorProfile.new_rgb_srgb(), Gimp.ColorRenderingIntent.RELATIVE_COLORIMETRIC, True)
        if copy.get_precision() != precision:
            copy.convert_precision(precision)
        Gimp.file_save(SILENT, copy, Gio.File.new_for_path(file), None)
    finally:
        copy.delete()


def write_pictures(image, strokes, photo, mask):
    """The picture without strokes and earlier colour, and the strokes; what is hidden for it is shown again."""
    hidden = [layer for layer in all_layers(image.get_layers())
              if layer.get_visible() and (layer == strokes or layer.get_name() == LAYER)]
    image.undo_freeze()
    try:
        for layer in hidden:
            layer.set_visible(False)
        write(image, lambda copy: Gimp.Layer.new_from_visible(image, copy, 'Photo'), photo)
    finally:
        for layer in hidden:
            layer.set_visible(True)
        image.undo_thaw()
    write(image, lambda copy: Gimp.Layer.new_from_drawable(strokes, copy), mask)


def run(command, interactive):
    """Waits for it under a window that can be closed. GIMP's own sign would, when cancelled, kill this program and leave its
    files behind."""
    sign = None
    if interactive:
        sign = Gtk.Dialog(title=TITLE)
        sign.add_button('_Cancel', Gtk.ResponseType.CANCEL).set_use_underline(True)
        bar = Gtk.ProgressBar(text='Handtint colours the picture…', show_text=True, margin=24, width_request=300)
        sign.get_content_area().add(bar)
        cancelled = []
        sign.connect('response', lambda *_: cancelled.append(True))
        sign.show_all()
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                                            stderr=said) as child:
        while child.poll() is None:
            time.sleep(0.02)
            if sign:
                bar.pulse()
                while Gtk.events_pending():
                    Gtk.main_iteration()
                if cancelled:
                    child.kill()
                    raise Refused()
        if sign:
            sign.destroy()
        said.seek(0)
        text = said.read().decode(errors='replace').strip()
    if child.returncode:
        raise Refused(text or f'Handtint ended with code {child.returncode}.')


def add_layer(image, strokes, file):
    """Under the strokes, which are hidden then: one step to undo."""
    image.undo_group_start()
    try:
        for earlier in [layer for layer in all_layers(image.get_layers()) if layer.get_name() == LAYER]:
            image.remove_layer(earlier)
        layer = Gimp.file_load_layer(SILENT, image, Gio.File.new_for_path(file))
        layer.set_name(LAYER)
        layer.set_mode(Gimp.LayerMode.LCH_COLOR)
        image.insert_layer(layer, strokes.get_parent(), image.get_item_position(strokes) + 1)
        strokes.set_visible(False)
        image.set_selected_layers([strokes])
    finally:
        image.undo_group_end()


def colour(image, drawables, coat, interactive):
    if (len(drawables) != 1 or not isinstance(drawables[0], Gimp.Layer) or not drawables[0].has_alpha()
            or drawables[0].get_name() == LAYER):
        raise Refused('Choose the one transparent layer with strokes of colour on it.')
    strokes, program = drawables[0], find_program()
    with tempfile.TemporaryDirectory(prefix='handtint-') as folder:
        photo, mask, result = (os.path.join(folder, f'{name}.png') for name in ('photo', 'strokes', 'result'))
        write_pictures(image, strokes, photo, mask)
        run([program, 'colorize', photo, '--strokes', mask, '--mask-format', 'rgba', '-o', result, '--quiet']
            + ([] if coat else ['--network', 'none']), interactive)
        add_layer(image, strokes, result)


def answer(procedure, mode, image, drawables, config, _data):
    interactive = mode == Gimp.RunMode.INTERACTIVE
    if interactive:
        GimpUi.init(PROCEDURE)
        dialog = GimpUi.ProcedureDialog.new(procedure, config, TITLE)
        dialog.fill(None)
        agreed = dialog.run()
        dialog.destroy()
        if not agreed:
            return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
    try:
        colour(image, drawables, config.get_property('coat'), interactive)
    except (Refused, GLib.Error, OSError) as problem:
        status = Gimp.PDBStatusType.EXECUTION_ERROR if str(problem) else Gimp.PDBStatusType.CANCEL
        return procedure.new_return_values(status, GLib.Error(str(problem)))
    finally:
        Gimp.displays_flush()
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)


class Handtint(Gimp.PlugIn):
    def do_query_procedures(self):
        return [PROCEDURE]

    def do_set_i18n(self, _name):
        return False

    def do_create_procedure(self, name):
        procedure = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, answer, None)
        procedure.set_image_types('RGB*')
        procedure.set_sensitivity_mask(Gimp.ProcedureSensitivityMask.DRAWABLE)
        procedure.set_menu_label(TITLE + '…')
        procedure.add_menu_path('<Image>/Colors')
        procedure.set_documentation('Strokes of colour on a transparent layer colour the whole picture', None, name)
        procedure.set_attribution('The Handtint authors', 'The Handtint authors, MIT licence', '2026')
        procedure.add_boolean_argument('coat', '_First coat', 'A network proposes colours where there are no strokes', True,
                                       GObject.ParamFlags.READWRITE)
        return procedure


Gimp.main(Handtint.__gtype__, sys.argv)
