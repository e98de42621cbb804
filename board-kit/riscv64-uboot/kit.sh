# shellcheck shell=bash disable=SC2034,SC2154 # variables of board-kit/build, which sources this
# A riscv64 board with OpenSBI and U-Boot. Debian has the architecture since trixie, so all of it comes from there.

. "$here/common/own-disk.sh"
architecture=riscv64 release=trixie
libraries=riscv64-linux-gnu loader=lib/ld-linux-riscv64-lp64d.so.1
kernel_package=linux-image-riscv64
packages+=(u-boot-qemu opensbi)

loader_files() {
    cp "$from/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin" "$work/kit/opensbi.bin"
    cp "$from/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin" "$work/kit/u-boot.bin"
    files=(firmware=opensbi.bin loader=u-boot.bin)
    mkdir "$1/extlinux"
    cp "$recipe_folder/extlinux.conf" "$1/extlinux/extlinux.conf"
}
