#!/usr/bin/env bash
# Trains on a GPU that is lent for some minutes, on a machine that has PyTorch and nothing else of ours.
#
#   train_on_gpu.sh pack PHOTOS FOLDER [INDEX...]   here: the photos of a folder, shuffled, as FOLDER/part*.tar of at most
#                                                   24 MiB, and the tables that tell their sources (see train.py --index)
#   train_on_gpu.sh bring FOLDER                    there: what parts lie in FOLDER join the photos that were brought. As
#                                                   often as needed
#   train_on_gpu.sh train MINUTES OUT [OPTION...]   there: goes on from the weights that ship, or from RUN where that holds a
#                                                   checkpoint; OPTIONs are train.py's. Into OUT come log, curves, samples
#                                                   and the averaged weights, in pieces of at most 15 MiB; every third of
#                                                   the time, so that a run that is cut off leaves something
#   train_on_gpu.sh join OUT WEIGHTS.pt             here: those pieces as one file, for train.py --from or export
#
# Environment: PYTHON (python3), PHOTOS and RUN (folders there, by default for temporary files).
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
: "${PYTHON:=python3}" "${PHOTOS:=${TMPDIR:-/tmp}/handtint-photos}" "${RUN:=${TMPDIR:-/tmp}/handtint-run}"
usage() { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 2; }

pack() {
  local photos=$(realpath "$1") folder=$2
  shift 2
  mkdir -p "$folder"
  [ $# -eq 0 ] || cp "$@" "$folder"
  "$PYTHON" - "$photos" "$folder" <<'PY'
import pathlib, random, sys, tarfile
photos, folder = map(pathlib.Path, sys.argv[1:])
paths = sorted(p for p in photos.rglob('*') if p.suffix.lower() in {'.jpg', '.jpeg', '.png', '.webp', '.bmp'})
random.Random(1).shuffle(paths)
part, room, tar = -1, 0, None
for path in paths:
    size = path.stat().st_size + 1536  # the header and what fills up a block
    if size > room:
        if tar: tar.close()
        part, room = part + 1, 24 << 20
        tar = tarfile.open(folder / f'part{part}.tar', 'w')
    tar.add(path, str(path.relative_to(photos)))
    room -= size
if not tar: sys.exit(f'{photos}: holds no photos')
tar.close()
print(f'{len(paths)} photos in {part + 1} parts')
PY
}

bring() {
  mkdir -p "$PHOTOS"
  find "$1" -name 'part*.tar' -exec tar -xf {} -C "$PHOTOS" \;
  find "$1" -name '*.tsv' -exec cp {} "$PHOTOS" \;
  echo "$(find "$PHOTOS" -type f | wc -l) files in $PHOTOS"
}

given=""
give_out() {
  local newest
  newest=$(find "$RUN" -name 'step-*.pt' | sort | tail -1)
  [ "$newest" = "$given" ] || split -b 15M -d "$newest" "$1/weights."
  given=$newest
  find "$RUN" -maxdepth 1 \( -name '*.txt' -o -name '*.png' \) -exec cp {} "$1" \;
}

train() {
  local minutes=$1 out=$2 third from=() tables=()
  shift 2
  mkdir -p "$out" "$RUN"
  [ -e "$RUN/last.pt" ] || from=(--from "$here/colornet.onnx" --hinted 0.15 --dropout 0.3 --rate 2e-3 --batch 128 --side 160
                                 --frozen 0 --unfreeze-at 0.1)
  mapfile -t tables < <(find "$PHOTOS" -maxdepth 1 -name '*.tsv' | sort)
  [ ${#tables[@]} -eq 0 ] || tables=(--index "${tables[@]}")
  third=$("$PYTHON" -c "print($minutes / 3)")
  "$PYTHON" "$here/train.py" train "$PHOTOS" --out "$RUN" --minutes "$minutes" --report 0.25 --check "$third" \
    --keep "$third" --hold-back 60 "${from[@]}" "${tables[@]}" "$@" &
  training=$!
  trap 'kill $training 2>/dev/null' EXIT
  while kill -0 $training 2>/dev/null; do
    sleep 5
    give_out "$out"
  done
  wait $training
  "$PYTHON" - "$RUN" <<'PY'
import pathlib, sys, torch
run = pathlib.Path(sys.argv[1])
last = torch.load(run / 'last.pt', map_location='cpu', weights_only=False)
torch.save({'average': last['average'], 'step': last['step']}, run / f"step-{last['step']:06}.pt")
PY
  give_out "$out"
}

case "${1:-}:$#" in
  pack:[3-9]) shift; pack "$@" ;;
  bring:2) bring "$2" ;;
  train:[3-9]|train:[1-9][0-9]) shift; train "$@" ;;
  join:3) cat "$2"/weights.* >"$3" ;;
  *) usage ;;
esac
