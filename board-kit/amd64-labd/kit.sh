# shellcheck shell=bash disable=SC2034,SC2154 # variables of board-kit/build, which sources this
# A computer on which our own labd runs: the kernel starts at once, the ramdisk is the system, the programs lie on a
# second disk that cannot be written, and the first disk has labd's state folder and nothing else. Sourced by
# board-kit/build.
#
# LABD_BINARIES is where labd and lablctl are; without it those of the checkout, or else those of the path. They come
# with the host's libraries, so host and board are of one architecture.

architecture=amd64
libraries=x86_64-linux-gnu loader=lib64/ld-linux-x86-64.so.2
kernel_package=linux-image-cloud-amd64
packages=(busybox-static dash libc6)
rootfs_folders=(common/ttyS0 amd64-labd)
extra_modules=(lib/crc16 crypto/crc32c_generic lib/libcrc32c fs/mbcache fs/jbd2/jbd2 fs/ext4/ext4)
image_needs=(mke2fs:e2fsprogs e2fsck:e2fsprogs sqlite3:sqlite3 strip:binutils ldd:libc-bin)
# MiB of the disk with the state folder, and of its journal.
state_size=64 journal_size=4

labd_binaries=${LABD_BINARIES:-}
if [ -z "$labd_binaries" ]; then
    for labd_binaries in "$here/../.build/debug" "$here/../.build/release" "$(dirname "$(command -v labd || echo /)")"; do
        [ ! -x "$labd_binaries/labd" ] || break
    done
fi
[ -x "$labd_binaries/labd" ] && [ -x "$labd_binaries/lablctl" ] ||
    fail "kit $kit wants labd and lablctl in the folder that LABD_BINARIES names; try: make build"
# Another labd is another kit.
recipe_files=("$labd_binaries/labd" "$labd_binaries/lablctl")

make_images() {
    say "programs"
    local programs=$work/programs program library
    mkdir -p "$programs"/{bin,lib,share}
    for program in "$labd_binaries/labd" "$labd_binaries/lablctl" "$(command -v sqlite3)" "$(command -v e2fsck)"; do
        strip -o "$programs/bin/${program##*/}" "$program"
        ldd "$program" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | while read -r library; do
            # The board's own C library comes with its loader.
            [[ ${library##*/} == libc.so.6 || -e $programs/lib/${library##*/} ]] ||
                cp -L "$library" "$programs/lib/${library##*/}"
        done
    done
    cp -R "$here/../device-types" "$programs/share/device-types"
    ! declare -F change_programs >/dev/null || change_programs "$programs"
    settle "$programs"
    local size
    size=$(du -sm --apparent-size "$programs" | cut -f1)
    truncate -s "$((size + size / 10 + 8))M" "$work/kit/programs.img"
    mke2fs -q -t ext4 -b 4096 -m 0 -O '^has_journal,^metadata_csum,^64bit,^resize_inode' \
        -E root_owner=0:0,hash_seed=6b1d0c5e-0b2f-4d52-9a0e-000000000302 -U 6b1d0c5e-0b2f-4d52-9a0e-000000000302 \
        -L programs -d "$programs" "$work/kit/programs.img"

    say "disk"
    # As mke2fs makes it: with a journal, ordered data and checksums. Nothing is left to be initialised later.
    truncate -s "${state_size}M" "$work/state.img"
    mke2fs -q -t ext4 -b 4096 -J "size=$journal_size" \
        -E root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0,hash_seed=6b1d0c5e-0b2f-4d52-9a0e-000000000301 \
        -U 6b1d0c5e-0b2f-4d52-9a0e-000000000301 -L state "$work/state.img"
    truncate -s "$((state_size + 2))M" "$work/kit/disk.img"
    sgdisk --disk-guid 6b1d0c5e-0b2f-4d52-9a0e-000000000300 -n "1:2048:$(((state_size + 1) * 2048 - 1))" -c 1:state \
        -u 1:6b1d0c5e-0b2f-4d52-9a0e-000000000301 "$work/kit/disk.img" >"$work/sgdisk.log" 2>&1 ||
        fail "cannot write the partition table:" "$(cat "$work/sgdisk.log")"
    dd if="$work/state.img" of="$work/kit/disk.img" bs=1M seek=1 conv=notrunc,sparse status=none
    files=(kernel=kernel ramdisk=ramdisk.cpio.gz disk=disk.img update=programs.img)
    trees+=(programs)
}
