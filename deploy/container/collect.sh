#!/bin/sh
# Lays out the root of an image: collect.sh PROGRAM FOLDER. The program, the libraries that `ldd` names with their loader, and
# the few files that the C library looks for. `cargo xtask check deploy` runs the result with this folder as its root.
set -eu

program=$1
root=$2

mkdir -p "$root/usr/bin" "$root/etc/comity/estate" "$root/var/lib/comity" "$root/tmp"
install -m 0755 "$program" "$root/usr/bin/comity"

# `name => path (address)`, or `path (address)` for the loader; the kernel's own page has no path.
ldd "$program" | sed -n 's/^[[:space:]]*\(.* => \)\{0,1\}\(\/[^ ]*\) (0x.*$/\2/p' | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done

printf 'comity:x:65532:65532::/var/lib/comity:/nonexistent\n' > "$root/etc/passwd"
printf 'comity:x:65532:\n' > "$root/etc/group"
# Names from the file of hosts first, then from DNS.
printf 'hosts: files dns\n' > "$root/etc/nsswitch.conf"

for package in libc6 libgcc-s1; do
    if [ -e "/usr/share/doc/$package/copyright" ]; then
        mkdir -p "$root/usr/share/doc/$package"
        cp -L "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/"
    fi
done

# A new volume takes over the owner of what it covers.
if [ "$(id -u)" = 0 ]; then
    chown 65532:65532 "$root/var/lib/comity"
fi
