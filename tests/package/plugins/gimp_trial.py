"""Run by GIMP's Python console, tries our plug-in in a folder with photo.png, strokes.png and out.ora: try_plugins.sh. Says what it
finds in TRIAL/log, its last line "end"."""
import os
import traceback

from gi.repository import Gimp, Gio

FOLDER = os.environ['TRIAL']
LOG = open(os.path.join(FOLDER, 'log'), 'w', buffering=1)
SILENT = Gimp.RunMode.NONINTERACTIVE


def say(*words):
    print(*words, file=LOG)


def file(name):
    return Gio.File.new_for_path(os.path.join(FOLDER, name))


def layers(items):
    return [(layer.get_name(), layer.get_visible(), layer.get_mode().value_nick) for layer in items]


def expect(what, found, wanted):
    say('as it should be:' if found == wanted else 'WRONG:', what, found)


def colour(image, strokes):
    procedure = Gimp.get_pdb().lookup_procedure('handtint-colour')
    config = procedure.create_config()
    config.set_property('run-mode', SILENT)
    config.set_property('image', image)
    config.set_core_object_array('drawables', [strokes])
    return procedure.run(config).index(0)


def try_plugin():
    image = Gimp.file_load(SILENT, file('photo.png'))
    strokes = Gimp.file_load_layer(SILENT, image, file('strokes.png'))
    image.insert_layer(strokes, None, 0)
    strokes.set_name('Strokes')
    photo = layers(image.get_layers())[1]
    Gimp.file_save(SILENT, image, file('before.xcf'), None)  # for the window
    for _ in range(2):  # the second one replaces the layer of the first
        strokes.set_visible(True)
        expect('status', colour(image, strokes), Gimp.PDBStatusType.SUCCESS)
        expect('layers', layers(image.get_layers()),
               [('Strokes', False, 'normal'), ('Colour by Handtint', True, 'lch-color'), photo])
    Gimp.file_save(SILENT, image, file('colour.png'), None)
    empty = Gimp.Layer.new(image, 'Empty', 8, 8, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(empty, None, 0)
    expect('no strokes', colour(image, empty), Gimp.PDBStatusType.EXECUTION_ERROR)
    say(Gimp.get_pdb().get_last_error())
    image.delete()

    image = Gimp.file_load(SILENT, file('out.ora'))
    expect('out.ora', layers(image.get_layers()),
           [('Strokes', False, 'normal'), ('Colour and light', True, 'normal'), ('Photo', True, 'normal')])
    strokes, both, _ = image.get_layers()
    colours, light = both.get_children()
    expect('its group', layers([colours, *colours.get_children(), light]),
           [('Colours', True, 'normal'), ('Colour', True, 'hsl-color'), ('Light', True, 'normal')])
    say(layers(strokes.get_children()))
    Gimp.file_save(SILENT, image, file('ora.png'), None)
    both.set_visible(False)
    Gimp.file_save(SILENT, image, file('ora-photo.png'), None)
    both.set_visible(True)
    both.set_mode(Gimp.LayerMode.PASS_THROUGH)  # the colour follows what is done to the photo
    light.set_visible(False)
    colours.set_mode(Gimp.LayerMode.LCH_COLOR)
    Gimp.file_save(SILENT, image, file('ora-lch.png'), None)
    image.delete()


try:
    try_plugin()
except Exception:
    say('WRONG:', traceback.format_exc())
say('end')
