# OSTree from Debian with its U-Boot backend: one ext4 with journal holds repository, deployments and /boot. Sourced by
# board-kit/build.

extra_packages=(ostree)
extra_needs=(ostree:ostree unshare:util-linux)
slot_size=128 slot_b_size=1 news_size=2
programs=(usr/bin/ostree)
. "$here/common/kit.sh"
rootfs_folders=(arm64-ostree)

# What every deployment passes to its kernel.
readonly arguments=(console=ttyAMA0 root=/dev/vda2 panic=5 nokaslr cryptomgr.notests audit=0 lsm=integrity)

boot_files() {
    mkimage -A arm64 -T script -C none -n labd -d "$(part boot.cmd)" "$1/boot.scr" >/dev/null
}

make_slots() {
    system v1 0
    system v2 "$news_size"
    as_root sysroot
    truncate -s "${slot_size}M" "$work/v1.img"
    as_root mke2fs -q -t ext4 -b 4096 -m 0 -O '^metadata_csum,^64bit,^resize_inode' -J size=4 \
        -E root_owner=0:0,hash_seed=6b1d0c5e-0b2f-4d52-9a0e-000000000001 -U 6b1d0c5e-0b2f-4d52-9a0e-000000000001 \
        -L sysroot -N 8192 -d "$work/sysroot" "$work/v1.img"
}

# Both versions are in the board's repository: what is looked at is the deployment, not the way there.
update_files() {
    echo "the commits are in the repository of the board" >"$1/README"
}

# as_root COMMAND...: in a name space of its own where whoever builds is root, so that files belong to root.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        export -f sysroot
        export work SOURCE_DATE_EPOCH
        unshare --map-root-user bash -euo pipefail -c '"$@"' as_root "$@"
    fi
}

# system VERSION NEWS_MIB: makes $work/VERSION, the tree of one version, as OSTree wants it: settings in /usr/etc, kernel
# and ramdisk beside the modules, no device nodes.
system() {
    local version=$1 tree=$work/$1 modules path
    base_tree "$tree"
    environment_tools "$tree"
    echo "$version" >"$tree/etc/version"
    for path in "${programs[@]}"; do cp -L "$from/$path" "$tree/$path"; done
    libraries_of "$tree"
    mkdir -p "$tree"/{boot,sysroot,var,usr/share}
    ln -s sysroot/ostree "$tree/ostree"
    if [ "$2" -gt 0 ]; then
        yes "what is new in $version" | head -c "$2M" >"$tree/usr/share/news" || [ $? -eq 141 ]
    fi
    # U-Boot's own wrapper carries a checksum. The kernel of both versions is the same, the ramdisk is not.
    modules=$tree/usr/lib/modules/$kernel_release
    mkdir -p "$modules"
    mkimage -A arm64 -O linux -T kernel -C none -a 0 -e 0 -n kernel -d "$work/kit/kernel" "$modules/vmlinuz" >/dev/null
    mkimage -A arm64 -O linux -T ramdisk -C none -n "$version" -d "$work/kit/ramdisk.cpio.gz" \
        "$modules/initramfs.img" >/dev/null
    settle "$tree"
    # Settings are looked at where they are used, in /etc.
    (cd "$tree" && find . -type f -printf '%P\0' | sort -z | xargs -0 md5sum) >"$work/manifest"
    cp "$work/manifest" "$tree/usr/manifest"
    mv "$tree/etc" "$tree/usr/etc"
    settle "$tree"
}

# sysroot: makes $work/sysroot, the board's file system: both versions in the repository, version 1 deployed.
sysroot() {
    local root=$work/sysroot repository=$work/sysroot/ostree/repo options=()
    export OSTREE_SYSROOT_DEBUG=mutable-deployments
    mkdir "$root"
    {
        ostree admin init-fs --modern "$root"
        ostree admin os-init --sysroot="$root" labd
        ostree config --repo="$repository" set sysroot.bootloader uboot
        # The backend wants an old configuration to replace.
        mkdir -p "$root/boot/loader.0"
        : >"$root/boot/loader.0/uEnv.txt"
        ln -s loader.0 "$root/boot/loader"
        ln -s loader/uEnv.txt "$root/boot/uEnv.txt"
        options=(--owner-uid=0 --owner-gid=0 --no-xattrs "--timestamp=@$SOURCE_DATE_EPOCH")
        ostree commit --repo="$repository" --branch=labd/v1 "${options[@]}" --tree="dir=$work/v1"
        ostree commit --repo="$repository" --branch=labd/v2 "${options[@]}" --tree="dir=$work/v2"
        ostree admin deploy --sysroot="$root" --os=labd "${arguments[@]/#/--karg=}" labd/v1
    } >"$work/ostree.log" 2>&1 || { cat "$work/ostree.log" >&2; return 1; }
}
