"""A plug-in of Krita's that tries ours, in a folder with photo.png, strokes.png and out.ora: try_plugins.sh. Says what it finds in
TRIAL/log, its last line "end"."""
import os
import traceback

import handtint
from krita import Extension, Krita
from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication, QComboBox, QDialog

FOLDER = os.environ['TRIAL']
LOG = open(os.path.join(FOLDER, 'log'), 'w', buffering=1)
krita = Krita.instance()


def say(*words):
    print(*words, file=LOG)


def layers(parent):
    return [(node.name(), node.visible(), node.blendingMode()) for node in parent.childNodes()]


def save(document, name):
    document.setBatchmode(True)
    document.refreshProjection()
    document.waitForDone()
    if not document.exportImage(os.path.join(FOLDER, name), handtint.png()):
        say('not written:', name)


def expect(what, found, wanted):
    say('as it should be:' if found == wanted else 'WRONG:', what, found)


def answer_profile():
    """Krita asks of a picture of 16 bit without a profile which one it has."""
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QDialog) and dialog.findChild(QComboBox):
        say('Krita asked for the profile of a layer')
        dialog.findChild(QComboBox).setCurrentText(handtint.SRGB)
        dialog.accept()


def open_layers():
    timer = QTimer()
    timer.timeout.connect(answer_profile)
    timer.start(500)
    document = krita.openDocument(os.path.join(FOLDER, 'out.ora'))
    timer.stop()
    root = document.rootNode()
    expect('out.ora', [node.name() for node in root.childNodes()], ['Photo', 'Colour and light', 'Strokes'])
    both, strokes = root.childNodes()[1:]
    light, colours = both.childNodes()
    expect('its group', layers(both) + layers(colours),
           [('Light', True, 'normal'), ('Colours', True, 'normal'), ('Colour', True, 'color')])
    say(layers(strokes))
    save(document, 'ora.png')
    both.setVisible(False)
    save(document, 'ora-photo.png')
    document.close()


def try_plugin():
    document = krita.openDocument(os.path.join(FOLDER, 'photo.png'))
    document.setBatchmode(True)
    krita.activeWindow().addView(document)
    strokes = document.createNode('Strokes', 'paintlayer')
    strokes.setPixelData(handtint.pixels(document, os.path.join(FOLDER, 'strokes.png')), 0, 0, document.width(), document.height())
    document.rootNode().addChildNode(strokes, None)
    document.setActiveNode(strokes)
    document.waitForDone()
    QTimer.singleShot(1000, lambda: guarded(lambda: colour(document)))


def colour(document):
    before = layers(document.rootNode())
    handtint.colour(document)
    photo, strokes = before[0], ('Strokes', False, 'normal')
    expect('layers', layers(document.rootNode()), [photo, (handtint.LAYER, True, 'normal'), strokes])
    save(document, 'colour.png')
    QTimer.singleShot(1000, lambda: guarded(lambda: undo(document, [photo, strokes])))


def undo(document, without):
    expect('active', document.activeNode().name(), 'Strokes')
    os.system(f'import -window root {FOLDER}/screen.png')
    krita.action('edit_undo').trigger()
    document.waitForDone()
    expect('after one undo', layers(document.rootNode()), without)
    os.environ['HANDTINT'] = '/nowhere/handtint'
    document.rootNode().childNodes()[-1].setVisible(True)
    try:
        handtint.colour(document)
        say('WRONG: no program, and no word of it')
    except handtint.Refused as refused:
        say('as it should be:', refused)
    open_layers()
    document.setModified(False)
    say('end')


def guarded(step):
    try:
        step()
    except Exception:
        say('WRONG:', traceback.format_exc())
        say('end')


class Trial(Extension):
    def setup(self):
        pass

    def createActions(self, window):
        QTimer.singleShot(4000, lambda: guarded(try_plugin))


krita.addExtension(Trial(krita))
