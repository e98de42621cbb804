# A board that is updated as resin's host system is: two root slots, a small file on the FAT boot partition that names
# the one to boot, a count of the tries of a new one, and a hardware watchdog. Sourced by board-kit/build.

boot_file_system=vfat
rootfs_folders=(arm64-resin)
# The cloud kernel has no driver for the watchdog; the generic one has ext4 as a module.
kernel_package=linux-image-arm64
slot_size=64 news_size=12
extra_modules=(
    fs/fat/fat fs/fat/vfat fs/nls/nls_ascii fs/nls/nls_cp437
    crypto/crc32c_generic lib/crc16 fs/mbcache fs/jbd2/jbd2 fs/ext4/ext4
    drivers/watchdog/i6300esb
)

# boot_script VERSION FILE [SED]
boot_script() {
    sed -e "s/@VERSION@/$1/g" -e "${3:-}" "$recipe_folder/boot.cmd.in" >"$work/boot-$1.cmd"
    mkimage -A arm64 -T script -C none -n "boot $1" -d "$work/boot-$1.cmd" "$2" >/dev/null
}

boot_files() {
    boot_script v1 "$1/boot.scr"
}

# Each version brings its boot files; the second script is the planted fault of update-resin --no-default.
slot_files() {
    mkdir -p "$1/usr/share/boot"
    boot_script "$2" "$1/usr/share/boot/boot.scr"
    boot_script "$2" "$1/usr/share/boot/boot-no-default.scr" '/# the default$/d'
}

# The kernel lies where it comes to lie: a half-written slot may well have all of it.
slot_image() {
    slot_file_system "$1" "$2" "$3" "$4"
}
