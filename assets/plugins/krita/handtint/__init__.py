"""Colour with Handtint: the strokes on the active layer colour the picture under them (../../README.md)."""
import os
import shutil
import subprocess
import tempfile
import time

from krita import Extension, InfoObject, Krita
from PyQt5.QtCore import QRect, Qt, QTimer
from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import (QApplication, QCheckBox, QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QMessageBox,
                             QProgressDialog)

TITLE = 'Colour with Handtint'
LAYER = 'Colour by Handtint'  # earlier ones are replaced
SRGB = 'sRGB-elle-V2-srgbtrc.icc'


class Refused(Exception):
    """A sentence for who sits there; an empty one after a cancel."""


def setting(name, default):
    return Krita.instance().readSetting('handtint', name, default)


def find_program():
    wanted = os.environ.get('HANDTINT') or setting('program', '') or 'handtint'
    program = shutil.which(wanted)
    if not program:
        raise Refused(f'The program "{wanted}" was not found. Install Handtint, or say where it is.')
    return program


def png():
    options = InfoObject()
    for name, value in (('alpha', True), ('compression', 1), ('forceSRGB', False), ('indexed', False), ('interlaced', False),
                        ('saveSRGBProfile', False), ('storeMetaData', False), ('storeAuthor', False)):
        options.setProperty(name, value)
    return options


def all_nodes(parent):
    for node in parent.childNodes():
        yield node
        yield from all_nodes(node)


def earlier_colour(document):
    return [node for node in all_nodes(document.rootNode()) if node.name() == LAYER]


def write_pictures(document, strokes, photo, mask):
    """The picture without strokes and earlier colour, and the strokes; of a copy, so that nothing of the document changes."""
    depth = 'U8' if document.colorDepth() == 'U8' else 'U16'
    copy, asks = document.clone(), Krita.instance().batchmode()
    Krita.instance().setBatchmode(True)  # Node.save would show its options
    copy.setBatchmode(True)
    try:
        twin = next(node for node in all_nodes(copy.rootNode()) if node.uniqueId() == strokes.uniqueId())
        twin.save(mask, 1, 1, png(), QRect(0, 0, copy.width(), copy.height()))
        for node in [twin] + earlier_colour(copy):
            node.setVisible(False)
        copy.refreshProjection()
        copy.waitForDone()
        copy.flatten()
        copy.waitForDone()
        copy.setColorSpace('RGBA', depth, SRGB)
        copy.waitForDone()
        if not copy.exportImage(photo, png()):
            raise Refused('The picture could not be written to the temporary folder.')
    finally:
        copy.close()
        Krita.instance().setBatchmode(asks)


def run(command):
    """Waits for it under a sign that can be cancelled."""
    sign = QProgressDialog('Handtint colours the picture…', 'Cancel', 0, 0)
    sign.setWindowTitle(TITLE)
    sign.setWindowModality(Qt.ApplicationModal)
    sign.show()
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                                            stderr=said) as child:
        while child.poll() is None:
            QApplication.processEvents()
            time.sleep(0.02)
            if sign.wasCanceled():
                child.kill()
                raise Refused()
        sign.close()
        said.seek(0)
        text = said.read().decode(errors='replace').strip()
    if child.returncode:
        raise Refused(text or f'Handtint ended with code {child.returncode}.')


def pixels(document, file):
    """Of a picture, as the document keeps them. Qt reads it: Krita would ask which profile its 16 bits are in."""
    image = QImage(file).convertToFormat(QImage.Format_RGBA64).rgbSwapped()
    picture = Krita.instance().createDocument(image.width(), image.height(), 'Colour', 'RGBA', 'U16', SRGB, 72)
    try:
        node, area = picture.topLevelNodes()[0], (0, 0, image.width(), image.height())
        node.setPixelData(image.constBits().asstring(image.sizeInBytes()), *area)
        picture.setColorSpace(document.colorModel(), document.colorDepth(), document.colorProfile())
        picture.waitForDone()
        return node.pixelData(*area)
    finally:
        picture.close()


def add_layer(document, strokes, data):
    """Under the strokes, which are hidden then. Adding is what can be undone; all else is done to the layer before."""
    for earlier in earlier_colour(document):
        earlier.remove()
    node = document.createNode(LAYER, 'paintlayer')
    node.setPixelData(data, 0, 0, document.width(), document.height())
    siblings = strokes.parentNode().childNodes()
    at = [sibling.uniqueId() for sibling in siblings].index(strokes.uniqueId())
    strokes.parentNode().addChildNode(node, siblings[at - 1] if at else None)
    strokes.setVisible(False)
    document.refreshProjection()
    document.waitForDone()
    QTimer.singleShot(300, lambda: document.setActiveNode(strokes))  # Krita itself chooses the new layer, a little later


def colour(document, coat=True):
    """Adds the layer, or raises Refused."""
    strokes = document.activeNode()
    if document.colorModel() != 'RGBA':
        raise Refused('This document has no colours: Image > Convert Image Color Space makes it RGB.')
    if strokes is None or strokes.type() != 'paintlayer' or strokes.name() == LAYER:
        raise Refused('Choose the transparent paint layer with strokes of colour on it.')
    program = find_program()
    with tempfile.TemporaryDirectory(prefix='handtint-') as folder:
        photo, mask, result, layer = (os.path.join(folder, f'{name}.png') for name in ('photo', 'strokes', 'result', 'layer'))
        write_pictures(document, strokes, photo, mask)
        run([program, 'colorize', photo, '--strokes', mask, '--mask-format', 'rgba', '-o', result, '--layer', layer, '--quiet']
            + ([] if coat else ['--network', 'none']))
        data = pixels(document, layer)
    add_layer(document, strokes, data)


class Dialog(QDialog):
    def __init__(self, parent):
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self.coat = QCheckBox('A network proposes colours where there are no strokes')
        self.coat.setChecked(setting('coat', 'true') == 'true')
        self.program = QLineEdit(setting('program', ''))
        self.program.setPlaceholderText('handtint')
        buttons = QDialogButtonBox(QDialogButtonBox.Ok | QDialogButtonBox.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow(self.coat)
        form.addRow('Program:', self.program)
        form.addRow(buttons)

    def keep(self):
        Krita.instance().writeSetting('handtint', 'coat', 'true' if self.coat.isChecked() else 'false')
        Krita.instance().writeSetting('handtint', 'program', self.program.text())


class Handtint(Extension):
    def setup(self):
        pass

    def createActions(self, window):
        action = window.createAction('handtint_colour', TITLE + '…', 'tools/scripts')
        action.triggered.connect(self.ask)  # the window's wrapper is gone by then

    def ask(self):
        parent = Krita.instance().activeWindow().qwindow()
        document, dialog = Krita.instance().activeDocument(), Dialog(parent)
        if not document or dialog.exec() != QDialog.Accepted:
            return
        dialog.keep()
        try:
            colour(document, dialog.coat.isChecked())
        except (Refused, OSError) as problem:
            if str(problem):
                QMessageBox.warning(parent, TITLE, str(problem))


Krita.instance().addExtension(Handtint(Krita.instance()))
