# What the kits of real updaters share: two slots, a boot script put together from parts, and programs of Debian packages
# with the libraries that they need. Sourced by their kit.sh.
#
# Such a kit sets `programs`, the paths of what it takes from the packages, and brings slots.env, rootfs/ with
# /etc/init.d/updater, which starts and confirms what has to be, and a function update_files FOLDER that fills the disk
# with the update.

# shellcheck disable=SC2034 # read by board-kit/build
rootfs_folders=(common "$kit")
extra_needs+=(readelf:binutils openssl:openssl)

# The boot script: the kit's own, or one that follows BOOT_ORDER and counts boots.
boot_files() {
    local text=$recipe_folder/boot.cmd.in
    [ -e "$text" ] || text=$here/common/boot-order.cmd.in
    boot_script "$text" "$1/boot.scr"
}

# boot_script TEXT FILE: compiles TEXT; a line `@NAME@` stands for the file NAME.cmd of this folder.
boot_script() {
    sed -e "/^@state-read@\$/{r $here/common/state-read.cmd" -e 'd}' \
        -e "/^@state-save@\$/{r $here/common/state-save.cmd" -e 'd}' \
        -e "/^ *@start-slot@\$/{r $here/common/start-slot.cmd" -e 'd}' "$1" >"$work/boot.cmd"
    mkimage -A arm64 -T script -C none -n labd -d "$work/boot.cmd" "$2" >/dev/null
}

slot_files() {
    local tree=$1 path module
    for path in "${programs[@]}"; do
        mkdir -p "$tree/$(dirname "$path")"
        cp -L "$from/$path" "$tree/$path" || fail "$path is in none of the packages"
    done
    libraries_of "$tree"
    mkdir -p "$tree/lib/modules"
    kernel_modules "$tree" "${slot_modules[@]}"
    for module in "${slot_modules[@]}"; do echo "${module##*/}"; done >"$tree/etc/modules"
    settings "$@"
}
# Modules of the kernel that an update needs, in the order of loading.
slot_modules=()
# settings TREE VERSION: adds what is neither a program nor in rootfs/.
settings() { :; }

# libraries_of TREE: adds the shared libraries that the programs in it need, and those that these need.
libraries_of() {
    local tree=$1 name found added=yes
    while [ $added = yes ]; do
        added=no
        for name in $(find "$tree" -type f \( -perm -u+x -o -name '*.so*' \) -exec readelf -d {} + 2>/dev/null |
            sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p' | sort -u); do
            [ ! -e "$tree/lib/$name" ] || continue
            found=$(find "$from/lib/$libraries" "$from/usr/lib/$libraries" -name "$name" | head -n 1)
            [ -n "$found" ] || fail "$name is in none of the packages"
            cp -L "$found" "$tree/lib/$name"
            added=yes
        done
    done
}

# slot_image TREE IMAGE VERSION UUID: kernel, ramdisk and what a boot needs come first, the large rest behind them. A slot
# that was written half then boots, and what is missing is missed later: the worst that can happen.
slot_image() {
    local front=$work/front path
    rm -rf "$front"
    cp -a "$1" "$front"
    (cd "$front" && find usr lib etc -type f -size +128k |
        grep -vE '^lib/(ld-linux|libc\.so|libubootenv|libz\.so)' | sort) >"$work/large"
    while read -r path; do rm "$front/$path"; done <"$work/large"
    (cd "$1" && find . -type d -printf '%P\0') | while IFS= read -r -d '' path; do touch -d "@$epoch" "$front/$path"; done
    slot_file_system "$front" "$2" "$3" "$4"
    # What is new comes last.
    (grep -v '^etc/news$' "$work/large"; grep '^etc/news$' "$work/large" || true) | while read -r path; do
        append "$2" "$1/$path" "/$path"
    done
}

# update_image IMAGE: a file system with what update_files puts into it.
update_image() {
    local size
    mkdir "$work/update"
    update_files "$work/update"
    settle "$work/update"
    size=$(du -sm --apparent-size "$work/update" | cut -f1)
    truncate -s "$((size + size / 20 + 4))M" "$1"
    mke2fs -q -t ext4 -b 4096 -m 0 -O '^has_journal,^metadata_csum,^64bit,^resize_inode' \
        -E root_owner=0:0,hash_seed=6b1d0c5e-0b2f-4d52-9a0e-000000000005 -U 6b1d0c5e-0b2f-4d52-9a0e-000000000005 \
        -L update -N $((64 + $(find "$work/update" | wc -l))) -d "$work/update" "$1"
}

# signing_key: makes $work/key.pem and $work/certificate.pem, good since 1970, because a board need not know the time.
# Each build has keys of its own; they sign nothing but this kit's update.
signing_key() {
    [ ! -e "$work/certificate.pem" ] || return 0
    mkdir "$work/authority"
    : >"$work/authority/index"
    cat >"$work/authority/settings" <<END
[ca]
default_ca = own
[own]
database = $work/authority/index
new_certs_dir = $work/authority
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[req]
distinguished_name = name
prompt = no
[name]
CN = labd board kit
[extensions]
basicConstraints = critical,CA:TRUE
subjectKeyIdentifier = hash
END
    openssl req -new -newkey rsa:2048 -nodes -config "$work/authority/settings" -keyout "$work/key.pem" \
        -out "$work/request.pem" 2>"$work/openssl.log" &&
        openssl ca -batch -selfsign -notext -config "$work/authority/settings" -keyfile "$work/key.pem" \
            -in "$work/request.pem" -out "$work/certificate.pem" -startdate 19700101000001Z \
            -enddate 20491231235959Z 2>>"$work/openssl.log" ||
        fail "cannot make a key to sign the update:" "$(cat "$work/openssl.log")"
}
