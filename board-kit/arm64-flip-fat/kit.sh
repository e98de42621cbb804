# As arm64-flip-ext4, with /boot on FAT. Sourced by board-kit/build.

. "$here/arm64-flip-ext4/kit.sh"
boot_file_system=vfat
extra_modules=(fs/fat/fat fs/fat/vfat fs/nls/nls_ascii fs/nls/nls_cp437)
