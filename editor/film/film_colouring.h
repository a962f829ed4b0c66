// A film's shots coloured, and written meanwhile: frames that have their colours are written while others get theirs.
#pragma once

#include <functional>
#include <span>

#include "editor/film/film_colours.h"
#include "editor/film/film_writer.h"

namespace handtint {

// How much of the film is carried and written, 0..1; false stops. Called from two threads, one at a time.
using TellColoured = std::function<bool(float carried, float written)>;

// Shot after shot gets the colours that were begun. False if stopped. Throws as FilmColours::carry.
bool carry_shots(FilmColours& colours, std::span<const Shot> shots, const TellColoured& tell);

// The same, and writes the shots that `film` says; its colours and progress are set here. Throws as write_film, too.
bool carry_and_write(FilmColours& colours, FilmToWrite film, const Finish& finish, const TellColoured& tell);

}  // namespace handtint
