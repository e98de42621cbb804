# shellcheck shell=bash disable=SC2034,SC2154 # variables of board-kit/build, which runs this
# A board that is there to boot over the network: its disk has one partition, from which it boots kernel and ramdisk by
# itself when no job stops it. Sourced by a kit's kit.sh, which brings loader_files FOLDER: it puts the boot loader into
# $work/kit, names what the machine gets in `files`, and fills the partition beside kernel and ramdisk.

packages=(busybox-static dash libc6)
rootfs_folders=(common/ttyS0)
# MiB of the partition.
boot_size=48

make_images() {
    local boot=$work/boot
    say "disk"
    mkdir "$boot"
    loader_files "$boot"
    cp "$work/kit/kernel" "$boot/kernel"
    cp "$work/kit/ramdisk.cpio.gz" "$boot/ramdisk"
    settle "$boot"
    truncate -s "${boot_size}M" "$work/boot.img"
    mkfs.vfat --invariant -n LABD-BOOT "$work/boot.img" >/dev/null
    mcopy -s -m -i "$work/boot.img" "$boot"/* ::/ || fail "kernel and ramdisk do not fit into $boot_size MiB"
    truncate -s "$((boot_size + 2))M" "$work/kit/disk.img"
    sgdisk --disk-guid 6b1d0c5e-0b2f-4d52-9a0e-000000000200 -n "1:2048:$(((boot_size + 1) * 2048 - 1))" -t 1:ef00 \
        -c 1:boot -u 1:6b1d0c5e-0b2f-4d52-9a0e-000000000201 "$work/kit/disk.img" >"$work/sgdisk.log" 2>&1 ||
        fail "cannot write the partition table:" "$(cat "$work/sgdisk.log")"
    dd if="$work/boot.img" of="$work/kit/disk.img" bs=1M seek=1 conv=notrunc,sparse status=none
    files+=(disk=disk.img)
    trees+=(boot)
}
