# SWUpdate from Debian, with signed images. Sourced by board-kit/build.

. "$here/common/kit.sh"
extra_packages=(swupdate)
slot_size=112
programs=(usr/bin/swupdate)

settings() {
    signing_key
    cp "$work/certificate.pem" "$1/etc/swupdate/certificate.pem"
}

update_files() {
    local folder=$work/swu slot
    mkdir "$folder"
    ln "$work/v2.img" "$folder/rootfs.ext4"
    # SWUpdate runs it when the image is written, which it was while it arrived.
    printf '#!/bin/sh\n[ "$1" != preinst ] || echo "LABD-PHASE flip" >/dev/console\n' >"$folder/phase.sh"
    {
        printf 'software = {\n  version = "v2";\n  hardware-compatibility: [ "1.0" ];\n  stable = {\n'
        selection A B /dev/vda2 "$folder"
        selection B A /dev/vda3 "$folder"
        printf '  };\n};\n'
    } >"$folder/sw-description"
    openssl cms -sign -in "$folder/sw-description" -out "$folder/sw-description.sig" -signer "$work/certificate.pem" \
        -inkey "$work/key.pem" -outform DER -nosmimecap -binary 2>"$work/openssl.log" ||
        fail "cannot sign the update:" "$(cat "$work/openssl.log")"
    settle "$folder"
    (cd "$folder" && printf '%s\n' sw-description sw-description.sig phase.sh rootfs.ext4 |
        cpio --quiet --dereference --create --format=crc --owner=+0:+0) >"$1/update.swu"
}

# selection SLOT OTHER DEVICE FOLDER: one of the two choices in sw-description.
selection() {
    cat <<END
    copy$1: {
      images: ({
        filename = "rootfs.ext4"; type = "raw"; device = "$3"; installed-directly = true;
        sha256 = "$(digest "$4/rootfs.ext4")";
      });
      scripts: ({
        filename = "phase.sh"; type = "shellscript"; sha256 = "$(digest "$4/phase.sh")";
      });
      bootenv: (
        { name = "BOOT_ORDER"; value = "$1 $2"; },
        { name = "BOOT_$1_LEFT"; value = "3"; }
      );
    };
END
}

digest() {
    sha256sum "$1" | cut -d' ' -f1
}
