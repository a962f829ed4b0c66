#!/bin/bash
# What the CUDA backend is worth on the GPU of this machine: the CPU's bits, sanitizers, speed, accidents. At most eight
# minutes, stopping at nothing; then one Markdown table and the raw logs lie in one folder, whose name it prints.
#
#   tests/gpu/prove.sh [--out FOLDER]            proves. In a packed folder with what is in it, else with
#                                                build-gpu-kit/bin, which is built first (g++, CMake and nvcc)
#   tests/gpu/prove.sh --pack FOLDER [--shim]    makes a folder of at most 60 MiB to be copied to a machine that has the
#                                                driver and no package: the programs of build-gpu-kit, the sources, in case
#                                                those do not run there, and, where what it needs is installed, a `handtint`
#                                                of few libraries, with these. --shim: with the programs of build/ for the
#                                                stand-in of the CUDA runtime, to try this script without a GPU
set -u
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
source=$here/../..
[ -f "$here/packed" ] && source=$here/source
started=$SECONDS
pack="" out="" shim=""
while [ $# -gt 0 ]; do
  case "$1" in
    --pack) pack=${2:?}; shift ;;
    --out) out=${2:?}; shift ;;
    --shim) shim=_shim ;;
    *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 2 ;;
  esac
  shift
done

build() {  # build TREE: the programs of the kit, in TREE/build-gpu-kit/bin
  local cuda
  for cuda in "${CUDA_PATH:-/usr/local/cuda}" /usr/local/cuda-* /opt/cuda; do
    [ -x "$cuda/bin/nvcc" ] && ! command -v nvcc >/dev/null && PATH=$cuda/bin:$PATH
  done
  (cd "$1" && cmake --preset gpu-kit && cmake --build --preset gpu-kit --parallel "$(nproc)")
}

# build_handtint CUDA: `handtint` without window, films, networks and rare formats, whose libraries are 200 MiB; in
# build-gpu-kit/handtint/bin.
build_handtint() {
  local at=$source/build-gpu-kit/handtint
  mkdir -p "$at"
  cat >"$at/pkg-config" <<'SH'
#!/bin/sh
case "$*" in *--version | *lcms2* | *libdeflate*) exec pkg-config "$@" ;; esac
exit 1
SH
  chmod +x "$at/pkg-config"
  cmake -S "$source" -B "$at" -DCMAKE_BUILD_TYPE=Release -DHANDTINT_EDITOR=OFF -DHANDTINT_TESTS=OFF -DHANDTINT_CUDA="$1" \
    -DCMAKE_CUDA_ARCHITECTURES=90 -DPKG_CONFIG_EXECUTABLE="$at/pkg-config" -DGIF_INCLUDE_DIR= -DOPENCV_INCLUDE_DIR= \
    -DOPENCV_VIDEO_INCLUDE_DIR= -DONNXRUNTIME_INCLUDE_DIR= -DCMAKE_DISABLE_FIND_PACKAGE_onnxruntime=ON &&
    cmake --build "$at" --parallel "$(nproc)" --target handtint
}

# --- Packing

if [ -n "$pack" ]; then
  set -e
  mkdir -p "$pack/bin" "$pack/lib" "$pack/source/tests" "$pack/examples/strokes"
  if [ -n "$shim" ]; then
    for name in test_cuda bench_cuda; do cp "$source/build/bin/${name}_shim" "$pack/bin/$name"; done
    touch "$pack/shim"
  else
    build "$source"
    cp "$source"/build-gpu-kit/bin/{test_cuda,bench_cuda} "$pack/bin/"
  fi
  # With its libraries but the system's own.
  if build_handtint "$([ -n "$shim" ] && echo OFF || echo ON)"; then
    handtint=$source/build-gpu-kit/handtint/bin/handtint
    cp "$handtint" "$pack/bin/"
    ldd "$handtint" | awk '$3 ~ /^\// { print $3 }' |
      grep -vE '/(libc|libm|libdl|libpthread|librt|ld-linux[^/]*)\.so' | xargs -I{} cp -L {} "$pack/lib/"
  else
    echo "without handtint: it does not build here"
  fi
  cp "$source"/assets/examples/boats.jpg "$pack/examples/"
  cp "$source"/assets/examples/strokes/boats.png "$pack/examples/strokes/"
  for part in CMakeLists.txt CMakePresets.json solver cuda tests/gpu tests/cuda tests/bench tests/solver; do
    mkdir -p "$pack/source/$(dirname "$part")"
    cp -r "$source/$part" "$pack/source/$part"
  done
  cp "$here/prove.sh" "$pack/"
  git -C "$source" describe --always --dirty >"$pack/packed" 2>/dev/null || date -u >"$pack/packed"
  strip "$pack"/bin/* "$pack"/lib/* 2>/dev/null || true
  size=$(du -sm "$pack" | cut -f1)
  if [ "$size" -gt 60 ]; then
    rm -rf "$pack/lib" "$pack/bin/handtint"
    echo "without handtint: with its libraries it would be $size MiB"
    size=$(du -sm "$pack" | cut -f1)
  fi
  echo "packed $size MiB into $pack"
  [ "$size" -le 60 ]
  exit
fi

# --- Proving

out=$(realpath -m "${out:-gpu-proof-$(date -u +%Y%m%dT%H%M%SZ)}")
mkdir -p "$out" || exit
table=$out/results.md rows=$out/.rows
: >"$rows"
limit=480
left() { echo $((limit - SECONDS + started)); }

# step NAME SECONDS WHAT COMMAND...: its output in NAME.log, a row of the table; never ends the script.
step() {
  local name=$1 most=$2 what=$3 began=$SECONDS code result
  shift 3
  [ "$most" -gt "$(left)" ] && most=$(left)
  if [ "$most" -lt 5 ]; then
    echo "| $what | not run: the time was up | | |" >>"$rows"
    return 1
  fi
  echo "== $what" >&2
  timeout --kill-after=5 "$most" "$@" >"$out/$name.log" 2>&1 </dev/null
  code=$?
  case $code in
    0) result=passed ;;
    77) result="not run: $(tail -1 "$out/$name.log")" ;;
    124 | 137) result="**stopped after $most s**" ;;
    *) result="**failed** ($code): $(grep -v '^=*$' "$out/$name.log" | tail -1 | tr '|' '/' | cut -c1-160)" ;;
  esac
  echo "| $what | $result | $((SECONDS - began)) s | $name.log |" >>"$rows"
  return $code
}
skip() { echo "| $1 | not run: $2 | | |" >>"$rows"; }

# tool NAME: the path of a tool of the CUDA toolkit, if it is here.
tool() {
  local at
  for at in "$(command -v "$1")" /usr/local/cuda*/bin/"$1" /usr/local/cuda*/*/"$1" /opt/nvidia/*/*/"$1" /usr/lib/nvidia-cuda-toolkit/"$1"; do
    [ -x "$at" ] && echo "$at" && return
  done
}

bin=$source/build-gpu-kit/bin
if [ -f "$here/packed" ]; then
  bin=$here/bin
  export LD_LIBRARY_PATH=$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  "$bin/test_cuda" -tc=none >"$out/start.log" 2>&1
  case $? in 126 | 127 | 1) step build 240 "built here, since the packed programs do not start" build "$source" && bin=$source/build-gpu-kit/bin ;; esac
elif [ ! -x "$bin/test_cuda" ]; then
  step build 300 "built here" build "$source"
fi

{
  nvidia-smi
  nvidia-smi -q -d CLOCK,POWER,ECC,PERFORMANCE
  uname -a
  lscpu
  cat "$here/packed" || git -C "$source" describe --always --dirty
} >"$out/machine.log" 2>&1

# Together no more than the limit. What kills a context runs in a process of its own.
step bits 60 "bits equal to the CPU's, all cases" "$bin/test_cuda" '-tce=*killed*,*others*'
step full 20 "out of memory: a smaller solve" "$bin/test_cuda" '-tc=*others hold*'
step taken 20 "out of memory in mid-work: the CPU's bits" "$bin/test_cuda" '-tc=*others take*'
step killed 20 "a context killed in mid-solve: the CPU's bits" "$bin/test_cuda" '-tc=*killed*'
if [ -x "$here/bin/handtint" ]; then
  for backend in $([ -f "$here/shim" ] || echo cuda) cpu; do
    step "colorize-$backend" 20 "handtint colorize --backend $backend" "$here/bin/handtint" colorize "$here/examples/boats.jpg" \
      -s "$here/examples/strokes/boats.png" -o "$out/boats-$backend.tif" --network none --force --backend $backend \
      --report "$out/boats-$backend.json"
  done
fi
step bench 120 "speed at 1, 4, 12, 24, 48 megapixels" "$bin/bench_cuda" --megapixels "${PROVE_MEGAPIXELS:-1,4,12,24,48}"
sanitizer=$(tool compute-sanitizer)
for kind in memcheck racecheck initcheck synccheck; do
  if [ -n "$sanitizer" ]; then
    step "$kind" 30 "$kind on a small solve" "$sanitizer" --tool "$kind" --error-exitcode 9 "$bin/test_cuda" '-tc=a small solve*'
  else
    skip "$kind on a small solve" "compute-sanitizer is not here"
  fi
done
profiler=$(tool ncu)
if [ -n "$profiler" ]; then
  metrics=gpu__time_duration.sum,dram__bytes_read.sum,dram__bytes_write.sum
  metrics+=,gpu__dram_throughput.avg.pct_of_peak_sustained_elapsed,sm__throughput.avg.pct_of_peak_sustained_elapsed
  metrics+=,sm__warps_active.avg.pct_of_peak_sustained_active,launch__registers_per_thread
  step ncu 60 "kernels by ncu" "$profiler" --csv --print-units base --graph-profiling node --kernel-name-base demangled \
    --launch-count 500 --metrics "$metrics" "$bin/bench_cuda" --megapixels 4 --repeat 1
else
  skip "kernels by ncu" "ncu is not here"
fi

# The five kernels that took longest together, of ncu's lines: one for each metric of each launch.
longest_kernels() {
  awk -F'","' '
    /^"ID"/ { for (i = 1; i <= NF; ++i) { gsub(/"/, "", $i); at[$i] = i } next }
    !at["Metric Name"] || !/^"[0-9]+"/ { next }
    {
      kernel = $at["Kernel Name"]; metric = $at["Metric Name"]; value = $at["Metric Value"]
      gsub(/[",]/, "", value); gsub(/\|/, "/", kernel)
      sum[kernel, metric] += value
      if (metric == "gpu__time_duration.sum") { time[kernel] += value; ++launches[kernel] }
    }
    END {
      for (k in time) {
        n = launches[k]; bytes = sum[k, "dram__bytes_read.sum"] + sum[k, "dram__bytes_write.sum"]
        printf "%.1f\t| `%s` | %d | %.0f us | %.0f GB/s | %.0f %% | %.0f %% | %.0f %% | %.0f |\n", time[k], substr(k, 1, 150), n,
          time[k] / n / 1000, bytes / time[k], sum[k, "gpu__dram_throughput.avg.pct_of_peak_sustained_elapsed"] / n,
          sum[k, "sm__throughput.avg.pct_of_peak_sustained_elapsed"] / n,
          sum[k, "sm__warps_active.avg.pct_of_peak_sustained_active"] / n, sum[k, "launch__registers_per_thread"] / n
      }
    }' "$1" | sort -rn | head -5 | cut -f2-
}

{
  echo "# Handtint's CUDA backend, $(date -u '+%F %H:%M') UTC"
  echo
  echo "$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null || echo "no driver"); $(nproc) cores of" \
    "$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo 2>/dev/null); $(tail -1 "$out/machine.log"); $((SECONDS - started)) s of $limit."
  echo
  echo '| what | result | time | log |'
  echo '|---|---|---|---|'
  cat "$rows"
  if grep -q 'cold ms' "$out/bench.log" 2>/dev/null; then
    echo
    grep -m1 'copies at' "$out/bench.log"
    echo
    awk '/cold ms/ { print "| MP | cold | share | stroke | share | hints | read | copied | shared |"; print "|---|---|---|---|---|---|---|---|---|"; on = 1; next }
      on && NF >= 11 { printf "| %s | %s ms | %s %% | %s ms | %s %% | %s ms | %s ms | %s ms | %s%s |\n", $1, $2, $3, $5, $6, $8, $9, $10, $11, $11 == "-" ? "" : " ms" }' "$out/bench.log"
  fi
  if [ -s "$out/ncu.log" ] && [ -n "$(longest_kernels "$out/ncu.log")" ]; then
    echo
    echo '| kernel | launches | mean | memory | of its peak | arithmetic | warps | registers |'
    echo '|---|---|---|---|---|---|---|---|'
    longest_kernels "$out/ncu.log"
  fi
} >"$table"
rm -f "$rows"
cat "$table"
echo "raw logs: $out"
! grep -q '\*\*' "$table"
