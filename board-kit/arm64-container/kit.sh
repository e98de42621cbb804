# A board whose system stays and whose application is a container on an ext4 with journal, /data/containers. Sourced by
# board-kit/build.

extra_needs=(tar:tar)
slot_size=40 slot_b_size=1 data_size=48
# With checksums a torn write of the superblock, which every mount makes, leaves a file system that cannot be mounted
# until e2fsck has been at it. Here it is the update that is looked at.
data_features=^metadata_csum
. "$here/common/kit.sh"
rootfs_folders=(arm64-container)

slot_files() { :; }

slot_image() {
    slot_file_system "$1" "$2" "$3" "$4"
}

boot_files() {
    mkimage -A arm64 -T script -C none -n labd -d "$recipe_folder/boot.cmd" "$1/boot.scr" >/dev/null
}

make_slots() {
    slot v1 6b1d0c5e-0b2f-4d52-9a0e-000000000001 0
    container v1 3
    container v2 5
    ln -s container-v2 "$work/v2"
}

# container VERSION MIB: makes the layer $work/VERSION.tar of a container with so much to carry, and the file
# $work/VERSION.name with its name: the version and the layer's digest.
container() {
    local tree=$work/container-$1
    mkdir -p "$tree"/{bin,etc,proc,usr/share}
    cp "$from/bin/busybox" "$tree/bin/busybox"
    ln -s busybox "$tree/bin/sh"
    ln -s busybox "$tree/bin/sleep"
    echo "$1" >"$tree/etc/version"
    cp "$recipe_folder/app" "$tree/bin/app"
    chmod +x "$tree/bin/app"
    yes "what $1 carries" | head -c "$2M" >"$tree/usr/share/cargo" || [ $? -eq 141 ]
    (cd "$tree" && find . -type f -printf '%P\0' | sort -z | xargs -0 md5sum) >"$work/manifest"
    mv "$work/manifest" "$tree/manifest"
    settle "$tree"
    tar --create --file="$work/$1.tar" --directory="$tree" --sort=name --owner=0 --group=0 --numeric-owner \
        --mtime="@$epoch" --format=gnu .
    echo "$1.$(sha256sum <"$work/$1.tar" | cut -c1-64)" >"$work/$1.name"
}

data_files() {
    local name
    name=$(cat "$work/v1.name")
    mkdir -p "$1/containers"
    cp -R "$work/container-v1" "$1/containers/$name"
    ln -s "$name" "$1/containers/current"
}

# What a registry would serve: which layer to take, and the layer by its digest.
update_files() {
    local name
    name=$(cat "$work/v2.name")
    mkdir -p "$1/blobs/sha256"
    cp "$work/v2.name" "$1/latest"
    cp "$work/v2.tar" "$1/blobs/sha256/${name#*.}"
}
