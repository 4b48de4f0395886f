#!/usr/bin/env bash
# Builds the sample firmware for every chip into static/samples (or the folder given): ELF, map, linker script, and the
# index the app reads; then its second version for one chip into samples/beacon/update (or the second folder given).
# Needs arm-none-eabi-gcc. The same compiler gives the same bytes anywhere: no path, no time.
set -euo pipefail
out=$(realpath -m "${1:-$(dirname "$0")/../../static/samples}")
update=$(realpath -m "${2:-$(dirname "$0")/update}")
mkdir -p "$out" "$update"
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp ./*.c ./*.h "$work"

# name  part  product-id  core  interrupts  wave-points  define
chips='
f405rg STM32F405RG 0x413 cortex-m4 82 16384 CHIP_F405
f103c8 STM32F103C8 0x410 cortex-m3 43 8192 CHIP_F103
g474re STM32G474RE 0x469 cortex-m4 102 16384 CHIP_G474
l476rg STM32L476RG 0x415 cortex-m4 82 16384 CHIP_L476
h743zi STM32H743ZI 0x450 cortex-m7 150 16384 CHIP_H743
l072cz STM32L072CZ 0x447 cortex-m0plus 32 8192 CHIP_L072
'

version=1.0.0
step=257

build() { # name part core interrupts points define
	local name=$1 part=$2 core=$3 interrupts=$4 points=$5 define=$6
	cat "chips/$name.ld" sections.ld > "$work/beacon-$name.ld"
	(
		cd "$work"
		for source in start main history kept wave; do
			arm-none-eabi-gcc -c "$source.c" -o "$source.o" -mcpu="$core" -mthumb -Os -std=gnu11 \
				-Wall -Wextra -Werror -ffreestanding -ffunction-sections -fdata-sections \
				-ffile-prefix-map="$work"=. -D"$define" -DCHIP_NAME="\"$part\"" \
				-DCHIP_INTERRUPTS="$interrupts" -DWAVE_POINTS="$points" \
				-DBEACON_VERSION="\"$version\"" -DBEACON_STEP="$step"
		done
		# With pages of 4 bytes ld would load the ELF header below the vectors; 4 KiB keep it out.
		arm-none-eabi-gcc -mcpu="$core" -mthumb -nostdlib -T "beacon-$name.ld" \
			start.o main.o history.o kept.o wave.o -o "beacon-$name.elf" \
			-Wl,--gc-sections,-Map="beacon-$name.map",--build-id=none,-z,max-page-size=4096
		arm-none-eabi-strip --strip-debug "beacon-$name.elf"
	)
	install -m 644 "$work/beacon-$name".{elf,map,ld} "$out"
}

entries=()
while read -r name part id core interrupts points define; do
	[ -n "$name" ] || continue
	build "$name" "$part" "$core" "$interrupts" "$points" "$define"
	file="beacon-$name"
	entries+=("	{ \"part\": \"$part\", \"productId\": $((id)), \"elf\": \"$file.elf\", \"map\": \"$file.map\", \"ld\": \"$file.ld\" }")
done <<< "$chips"
(IFS=$'\n'; joined="${entries[*]}"; printf '[\n%s\n]\n' "${joined//$'\n'/$',\n'}") > "$out/index.json"

version=2.0.0
step=514
out=$work/second
mkdir "$out"
build f405rg STM32F405RG cortex-m4 82 16384 CHIP_F405
install -m 644 "$out/beacon-f405rg.elf" "$update/beacon-2.elf"
