# Chooses the root slot and boots it. Compiled to boot.scr on the boot partition; read by U-Boot's hush shell.
#
# U-Boot cannot save its own environment on this machine, so the state that boot loader and Linux share lives in raw
# blocks: partition 5 holds two 16 KiB copies in libubootenv's redundant format (CRC-32 little-endian, a flag byte,
# NUL-separated variables). The newer valid copy is read; a change goes to the other one, so a torn write loses nothing.
#
#   BOOT_ORDER     slots to try, in order. This script never changes it.
#   BOOT_x_LEFT    boots that slot x has left until it counts as bad. Only slots on trial use them up.
#   BOOT_x_GOOD    1: the slot was confirmed by mark-good and boots without using up tries.
#   extra_bootargs appended to the kernel's command line.
#
# Other variables are not read, and are gone after the next change by this script. Numbers are hexadecimal. setexpr
# writes the environment only: it writes "t", and the value moves to a variable of this shell.

state="BOOT_ORDER BOOT_A_LEFT BOOT_A_GOOD BOOT_B_LEFT BOOT_B_GOOD extra_bootargs"

buf_0=43000000
buf_1=43010000
sum=43020000

part start virtio 0 5 t; lba_0=${t}
setexpr t ${lba_0} + 40; lba_1=${t}

# Which copies are whole? crc32 stores its result big-endian, the copy's header is little-endian.
ok_0=no
ok_1=no
for copy in 0 1; do
    if test ${copy} = 0; then buf=${buf_0}; lba=${lba_0}; else buf=${buf_1}; lba=${lba_1}; fi
    virtio read ${buf} ${lba} 20
    setexpr t ${buf} + 5; crc32 ${t} 3ffb ${sum}
    setexpr t ${buf} + 1; h1=${t}
    setexpr t ${buf} + 2; h2=${t}
    setexpr t ${buf} + 3; h3=${t}
    setexpr t ${sum} + 1; s1=${t}
    setexpr t ${sum} + 2; s2=${t}
    setexpr t ${sum} + 3; s3=${t}
    if itest.b *${sum} == *${h3} && itest.b *${s1} == *${h2} && itest.b *${s2} == *${h1} && itest.b *${s3} == *${buf}; then
        if test ${copy} = 0; then ok_0=yes; else ok_1=yes; fi
    fi
done

# The newer copy's flag is ahead of the other's, counted modulo 256.
setexpr.b t *43000004; flag_0=${t}
setexpr.b t *43010004; flag_1=${t}
setexpr t ${flag_1} - ${flag_0}
setexpr t ${t} "&" ff; ahead=${t}
newest=none
if test ${ok_0} = yes; then newest=0; fi
if test ${ok_1} = yes; then
    if test ${newest} = none; then
        newest=1
    elif itest ${ahead} -ge 1 && itest ${ahead} -le 7f; then
        newest=1
    fi
fi
if test ${newest} = 0; then
    env import -b 43000005 3ffb ${state}; flag=${flag_0}; spare=${buf_1}; spare_lba=${lba_1}
elif test ${newest} = 1; then
    env import -b 43010005 3ffb ${state}; flag=${flag_1}; spare=${buf_0}; spare_lba=${lba_0}
else
    echo "labd: both copies of the environment are damaged: trying slot A, then B"
    setenv BOOT_ORDER A B
    setenv BOOT_A_GOOD 1; setenv BOOT_B_GOOD 1; setenv BOOT_A_LEFT 3; setenv BOOT_B_LEFT 3
    flag=0; spare=${buf_0}; spare_lba=${lba_0}
fi
setexpr t ${flag} + 1
setexpr t ${t} "&" ff; next_flag=${t}

echo "labd: order ${BOOT_ORDER}; A left ${BOOT_A_LEFT} good ${BOOT_A_GOOD}; B left ${BOOT_B_LEFT} good ${BOOT_B_GOOD}"

for slot in ${BOOT_ORDER}; do
    if test ${slot} = A; then
        number=2; left=${BOOT_A_LEFT}; good=${BOOT_A_GOOD}
    else
        number=3; left=${BOOT_B_LEFT}; good=${BOOT_B_GOOD}
    fi
    try=no
    if test "${good}" = 1; then
        try=yes
    elif test -n "${left}" && itest ${left} -gt 0; then
        # One try less, durable before the slot runs.
        try=yes
        setexpr t ${left} - 1
        if test ${slot} = A; then setenv BOOT_A_LEFT ${t}; else setenv BOOT_B_LEFT ${t}; fi
        mw.b ${spare} 0 4000
        setexpr t ${spare} + 5; data=${t}
        env export -b -s 3ffb ${data} ${state}
        crc32 ${data} 3ffb ${sum}
        setexpr t ${sum} + 1; s1=${t}
        setexpr t ${sum} + 2; s2=${t}
        setexpr t ${sum} + 3; s3=${t}
        setexpr t ${spare} + 1; h1=${t}
        setexpr t ${spare} + 2; h2=${t}
        setexpr t ${spare} + 3; h3=${t}
        setexpr t ${spare} + 4; h4=${t}
        setexpr.b t *${s3}; mw.b ${spare} ${t}
        setexpr.b t *${s2}; mw.b ${h1} ${t}
        setexpr.b t *${s1}; mw.b ${h2} ${t}
        setexpr.b t *${sum}; mw.b ${h3} ${t}
        mw.b ${h4} ${next_flag}
        virtio write ${spare} ${spare_lba} 20
        # A second save in this boot goes to the copy that is now the older one.
        if test ${spare} = ${buf_0}; then
            spare=${buf_1}; spare_lba=${lba_1}
        else
            spare=${buf_0}; spare_lba=${lba_0}
        fi
        setexpr t ${next_flag} + 1
        setexpr t ${t} "&" ff; next_flag=${t}
    else
        echo "labd: slot ${slot} has no tries left"
    fi
    if test ${try} = yes; then
        # Kernel and ramdisk must match their checksums, or a half-written slot would run.
        echo "labd: loading slot ${slot}"
        whole=no
        if load virtio 0:${number} ${sum} /boot/checksums; then
            setexpr t ${sum} + 4; ramdisk_want=${t}
            setexpr t ${sum} + 10; got=${t}
            if load virtio 0:${number} ${kernel_addr_r} /boot/Image; then
                crc32 ${kernel_addr_r} ${filesize} ${got}
                if itest.l *${got} == *${sum}; then
                    if load virtio 0:${number} ${ramdisk_addr_r} /boot/ramdisk; then
                        crc32 ${ramdisk_addr_r} ${filesize} ${got}
                        if itest.l *${got} == *${ramdisk_want}; then whole=yes; fi
                    fi
                fi
            fi
        fi
        if test ${whole} = yes; then
            setenv bootargs console=ttyAMA0 root=/dev/vda${number} labd.slot=${slot} panic=5 ${extra_bootargs}
            booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdtcontroladdr}
        fi
        echo "labd: slot ${slot} is damaged"
    fi
done
echo "labd: no bootable slot"
