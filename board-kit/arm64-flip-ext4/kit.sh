# A board whose boot script names the slot: an update replaces that one file. Sourced by board-kit/build.
# /boot is ext4 with a journal, which the boot loader does not replay.

boot_file_system=ext4-journal
rootfs_folders=(arm64-flip-ext4)

# boot_script SLOT FILE
boot_script() {
    local number
    case $1 in A) number=2 ;; B) number=3 ;; esac
    sed -e "s/@SLOT@/$1/g" -e "s/@NUMBER@/$number/g" "$here/arm64-flip-ext4/boot.cmd.in" >"$work/boot-$1.cmd"
    mkimage -A arm64 -T script -C none -n "slot $1" -d "$work/boot-$1.cmd" "$2" >/dev/null
}

boot_files() {
    boot_script A "$1/boot.scr"
}

# Both scripts travel in every slot; an updater takes the one it needs.
slot_files() {
    mkdir -p "$1/usr/share/boot"
    boot_script A "$1/usr/share/boot/boot-A.scr"
    boot_script B "$1/usr/share/boot/boot-B.scr"
}
