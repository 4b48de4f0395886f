#!/bin/bash
# enter.sh CMD...: runs CMD in private mount and network namespaces where /dev/bus/usb and /sys are empty and ours
# (kernel/fuse.ts and kernel/sysfs.ts fill them). Nothing on the host changes, and nothing reaches the network.
# As root, or as any user where unprivileged user namespaces are allowed.
set -e
if [ -z "$SECTORWISE_INSIDE" ]; then
	map=()
	[ "$(id -u)" = 0 ] || map=(--map-root-user)
	SECTORWISE_INSIDE=1 exec unshare "${map[@]}" --mount --net bash "$0" "$@"
fi
# Loopback up: SIOCSIFFLAGS with IFF_UP | IFF_RUNNING.
perl -e 'socket(my $s, 2, 2, 0) or die; my $up = pack("a16 s x14", "lo", 0x41); ioctl($s, 0x8914, $up) or die "lo: $!"'
place=/mnt
mount -t tmpfs sectorwise "$place"
mkdir -p "$place"/{sys,udev,chromium/policies/managed} "$place"/dev/{bus/usb,pts,shm}
for node in null zero full random urandom tty ptmx; do
	touch "$place/dev/$node"
	mount --bind "/dev/$node" "$place/dev/$node"
done
# The FUSE server opens this one; clients do not need it.
touch "$place/dev/fuse"
mount --bind /dev/fuse "$place/dev/fuse"
mount --rbind /dev/pts "$place/dev/pts"
mount -t tmpfs shm "$place/dev/shm"
ln -s /proc/self/fd "$place/dev/fd"
for link in 0:stdin 1:stdout 2:stderr; do ln -s "fd/${link%:*}" "$place/dev/${link#*:}"; done
# Chromium takes a tty for a serial port only if its major number is a serial driver's in this file.
{ cat /proc/tty/drivers; echo 'acm                  /dev/ttyACM   166 0-255 serial'; } > "$place/drivers"
mount --bind "$place/drivers" /proc/tty/drivers
# Without this file libudev turns hotplug messages off; no daemon has to listen.
touch "$place/udev/control"
if [ -d /run/udev ]; then
	mount --bind "$place/udev" /run/udev
else
	mount -t tmpfs run /run
	mkdir /run/udev
	touch /run/udev/control
fi
# Permission without the chooser, for the test's origin only.
cp "$(dirname "$0")/policies.json" "$place/chromium/policies/managed/"
if [ -d /etc/chromium ]; then mount --bind "$place/chromium" /etc/chromium; fi
mount --bind "$place/sys" /sys
mount --rbind "$place/dev" /dev
# libudev otherwise insists that /sys is a sysfs.
export SYSTEMD_DEVICE_VERIFY_SYSFS=0
exec "$@"
