# shellcheck shell=bash disable=SC2034,SC2154 # variables of board-kit/build, which sources this
# A disk with two slots, and an image for an update of the other one.

# What a kit may change, with the words of arm64-ab.
# The boot partition: ext4 (without a journal), ext4-journal or vfat.
boot_file_system=ext4
# MiB of a slot (of B: as A), of the file that only version 2 has, and of the data partition.
slot_size=48 slot_b_size= news_size=14 data_size=16
# Features of the data partition's ext4, besides mke2fs's own.
data_features=
# boot_files FOLDER: fills the boot partition.
boot_files() {
    mkimage -A arm64 -T script -C none -n labd -d "$recipe_folder/boot.cmd" "$1/boot.scr" >/dev/null
}
# make_slots: makes $work/v1.img, which goes into slot A, and $work/v2.img, which an update brings.
make_slots() {
    slot v1 6b1d0c5e-0b2f-4d52-9a0e-000000000001 0
    slot v2 6b1d0c5e-0b2f-4d52-9a0e-000000000002 "$news_size"
}
# data_files FOLDER: fills the data partition.
data_files() { :; }
# slot_files TREE VERSION: adds to a slot.
slot_files() { :; }
# slot_image TREE IMAGE VERSION UUID: makes a slot's file system of a tree. The kernel goes in last, behind everything
# else: then only the very end of an update completes it.
slot_image() {
    mv "$1/boot/kernel.img" "$work/kernel.img"
    touch -d "@$epoch" "$1/boot"
    slot_file_system "$1" "$2" "$3" "$4"
    append "$2" "$work/kernel.img" /boot/kernel.img
    mv "$work/kernel.img" "$1/boot/kernel.img"
}
# update_image IMAGE: makes the disk with the update of the new version's slot, $work/v2.img.
update_image() {
    dd if="$work/v2.img" of="$1" bs=64K conv=sparse status=none
}

image_needs=(mkimage:u-boot-tools mkenvimage:u-boot-tools mke2fs:e2fsprogs debugfs:e2fsprogs)

make_images() {
    # Partitions of the disk in MiB: start and size. The environment needs 48 KiB.
    slot_b_size=${slot_b_size:-$slot_size}
    boot_at=1 boot_size=8 a_at=9 b_at=$((9 + slot_size)) data_at=$((9 + slot_size + slot_b_size))
    env_at=$((data_at + data_size)) env_size=1 disk_size=$((data_at + data_size + 2))

    say "slots"
    make_slots

    say "disk"
    mkdir "$work/boot"
    boot_files "$work/boot"
    settle "$work/boot"
    truncate -s "${boot_size}M" "$work/boot.img"
    boot_uuid=6b1d0c5e-0b2f-4d52-9a0e-000000000003
    case $boot_file_system in
        ext4) boot_features='^has_journal,^metadata_csum,^64bit,^resize_inode' ;;
        ext4-journal) boot_features='^metadata_csum,^64bit,^resize_inode' ;;
        vfat) boot_features= ;;
        *) fail "kit $kit wants the boot file system '$boot_file_system'; known are ext4, ext4-journal and vfat" ;;
    esac
    if [ -n "$boot_features" ]; then
        mke2fs -q -t ext4 -b 1024 -O "$boot_features" -E root_owner=0:0,hash_seed=$boot_uuid -U $boot_uuid -L boot \
            -d "$work/boot" "$work/boot.img"
    else
        mkfs.vfat --invariant -n BOOT -s 4 "$work/boot.img" >/dev/null
        mcopy -m -i "$work/boot.img" "$work"/boot/* ::/
    fi
    mkdir "$work/data"
    data_files "$work/data"
    settle "$work/data"
    truncate -s "${data_size}M" "$work/data.img"
    mke2fs -q -t ext4 -b 1024 ${data_features:+-O "$data_features"} \
        -E root_owner=0:0,hash_seed=6b1d0c5e-0b2f-4d52-9a0e-000000000004 -U 6b1d0c5e-0b2f-4d52-9a0e-000000000004 \
        -L data -d "$work/data" "$work/data.img"

    # Two copies of the shared environment; the first one is the newer.
    mkenvimage -r -s 0x4000 -o "$work/env.img" "$(part slots.env)"
    cp "$work/env.img" "$work/env-older.img"
    printf '\0' | dd of="$work/env-older.img" bs=1 seek=4 conv=notrunc status=none

    disk=$work/kit/disk.img
    truncate -s "${disk_size}M" "$disk"
    # shellcheck disable=SC2046 # words on purpose
    sgdisk --disk-guid 6b1d0c5e-0b2f-4d52-9a0e-000000000100 \
        $(partition 1 $boot_at $boot_size boot) $(partition 2 $a_at $slot_size root-a) \
        $(partition 3 $b_at $slot_b_size root-b) $(partition 4 $data_at $data_size data) \
        $(partition 5 $env_at $env_size env) "$disk" >"$work/sgdisk.log" 2>&1 ||
        fail "cannot write the partition table:" "$(cat "$work/sgdisk.log")"
    place boot.img $boot_at
    place v1.img $a_at
    place data.img $data_at
    place env.img $env_at
    place env-older.img $env_at 32

    update_image "$work/kit/update.img"
    cp "$from/usr/lib/u-boot/qemu_arm64/u-boot.bin" "$work/kit/u-boot.bin"
    # The machine's second flash is 64 MiB; its beginning is U-Boot's environment, and nothing can write it.
    mkenvimage -s 0x40000 -o "$work/kit/factory-env.img" "$(part factory.env)"
    truncate -s 64M "$work/kit/factory-env.img"
    files=(firmware=u-boot.bin factoryEnvironment=factory-env.img disk=disk.img update=update.img)
    trees+=(v1 v2 boot)
}

partition() { # NUMBER START SIZE NAME
    printf -- '-n %s:%s:%s -c %s:%s -u %s:6b1d0c5e-0b2f-4d52-9a0e-00000000010%s ' \
        "$1" "$(($2 * 2048))" "$((($2 + $3) * 2048 - 1))" "$1" "$4" "$1" "$1"
}

place() { # IMAGE MIB [KIB]
    dd if="$work/$1" of="$disk" bs=1K seek=$(($2 * 1024 + ${3:-0})) conv=notrunc,sparse status=none
}

# environment_tools TREE: adds what reads and writes the boot loader's environment.
environment_tools() {
    shared_library "$1" libubootenv.so.0 libz.so.1
    cp "$from/usr/bin/fw_setenv" "$1/usr/bin/fw_setenv"
    ln -s fw_setenv "$1/usr/bin/fw_printenv"
}

# slot VERSION UUID PAD_MIB: writes $work/VERSION.img, a slot image. The padding shifts everything behind it, so that
# a mixture of two versions fits neither's checksums.
slot() {
    local version=$1 tree=$work/$1 image=$work/$1.img
    base_tree "$tree"
    environment_tools "$tree"
    echo "$version" >"$tree/etc/version"
    mkdir "$tree/boot"
    slot_files "$tree" "$version"
    if [ "$3" -gt 0 ]; then
        yes "what is new in $version" | head -c "$3M" >"$tree/etc/news" || [ $? -eq 141 ]
    fi
    # U-Boot's own wrapper carries a checksum. Addresses do not matter: the boot script loads them where they run.
    mkimage -A arm64 -O linux -T kernel -C none -a 0 -e 0 -n "$version" -d "$work/kit/kernel" \
        "$tree/boot/kernel.img" >/dev/null
    mkimage -A arm64 -O linux -T ramdisk -C none -n "$version" -d "$work/kit/ramdisk.cpio.gz" \
        "$tree/boot/ramdisk.img" >/dev/null
    settle "$tree"
    (cd "$tree" && find . -type f ! -path ./etc/manifest -printf '%P\0' | sort -z | xargs -0 md5sum) >"$work/manifest"
    cp "$work/manifest" "$tree/etc/manifest"
    settle "$tree"
    slot_image "$tree" "$image" "$version" "$2"
}

# slot_file_system TREE IMAGE VERSION UUID: an ext4 without journal.
slot_file_system() {
    truncate -s "${slot_size}M" "$2"
    mke2fs -q -t ext4 -b 4096 -m 0 -O '^has_journal,^metadata_csum,^64bit,^resize_inode' \
        -E root_owner=0:0,hash_seed="$4" -U "$4" -L "root-$3" -N 1024 -d "$1" "$2"
}

# append IMAGE FILE PATH: adds a file to a slot's file system, behind what is there.
append() {
    debugfs -w -R "write $2 $3" "$1" >/dev/null 2>"$work/debugfs.log"
    debugfs -R "dump $3 $work/written" "$1" 2>>"$work/debugfs.log"
    cmp -s "$work/written" "$2" || fail "$3 does not fit into a slot:" "$(cat "$work/debugfs.log")"
}
