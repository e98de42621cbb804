# shellcheck shell=bash disable=SC2034,SC2154 # variables of board-kit/build, which sources this
# An x86-64 board with UEFI and GRUB.

. "$here/common/own-disk.sh"
architecture=amd64
libraries=x86_64-linux-gnu loader=lib64/ld-linux-x86-64.so.2
kernel_package=linux-image-cloud-amd64
packages+=(ovmf grub-efi-amd64-bin)
image_needs=(grub-mkimage:grub-common)

loader_files() {
    local modules=(part_gpt fat search search_label normal configfile serial terminal terminfo echo ls test sleep
        minicmd halt reboot linux boot net efinet tftp http)
    cp "$from/usr/share/ovmf/OVMF.fd" "$work/kit/OVMF.fd"
    files=(firmware=OVMF.fd)
    mkdir -p "$1/EFI/BOOT" "$1/grub"
    grub-mkimage -O x86_64-efi -d "$from/usr/lib/grub/x86_64-efi" -p /grub -c "$recipe_folder/early.cfg" \
        -o "$1/EFI/BOOT/BOOTX64.EFI" "${modules[@]}" || fail "cannot make an image of GRUB"
    cp "$recipe_folder/grub.cfg" "$1/grub/grub.cfg"
}
