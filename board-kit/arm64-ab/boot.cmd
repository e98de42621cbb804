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
# writes the environment only: it writes "t", and the value moves to a variable of this shell. The crc32 command is not
# used, because it prints "==>", which looks like this boot loader's prompt to whoever watches the console: "env" and
# "iminfo" check checksums without.

state="BOOT_ORDER BOOT_A_LEFT BOOT_A_GOOD BOOT_B_LEFT BOOT_B_GOOD extra_bootargs"
copy_0=43000000
copy_1=43010000
# "env import -c" wants the checksum and the variables without the flag byte between them.
plain=43020000
plain_data=43020004

part start virtio 0 5 t; lba_0=${t}
setexpr t ${lba_0} + 40; lba_1=${t}
virtio read ${copy_0} ${lba_0} 20
virtio read ${copy_1} ${lba_1} 20

# The newer copy's flag is ahead of the other's, counted modulo 256.
setexpr.b t *43000004; flag_0=${t}
setexpr.b t *43010004; flag_1=${t}
setexpr t ${flag_1} - ${flag_0}
setexpr t ${t} "&" ff; ahead=${t}
order="0 1"
if itest ${ahead} -ge 1 && itest ${ahead} -le 7f; then order="1 0"; fi

used=none
for number in ${order}; do
    if test ${used} = none; then
        if test ${number} = 0; then copy=${copy_0}; else copy=${copy_1}; fi
        setexpr t ${copy} + 5
        cp.b ${copy} ${plain} 4
        cp.b ${t} ${plain_data} 3ffb
        if env import -c ${plain} 3fff ${state}; then used=${number}; fi
    fi
done
if test ${used} = 0; then
    flag=${flag_0}; spare=${copy_1}; spare_lba=${lba_1}
elif test ${used} = 1; then
    flag=${flag_1}; spare=${copy_0}; spare_lba=${lba_0}
else
    echo "labd: both copies of the environment are damaged: trying slot A, then B"
    setenv BOOT_ORDER A B
    setenv BOOT_A_GOOD 1; setenv BOOT_B_GOOD 1; setenv BOOT_A_LEFT 3; setenv BOOT_B_LEFT 3
    flag=0; spare=${copy_0}; spare_lba=${lba_0}
fi

echo "labd: order ${BOOT_ORDER}; A left ${BOOT_A_LEFT} good ${BOOT_A_GOOD}; B left ${BOOT_B_LEFT} good ${BOOT_B_GOOD}"

# The kernel's 64-byte header goes before the address that the kernel runs from.
setexpr t ${kernel_addr_r} - 40; kernel_file=${t}

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
        setexpr t ${flag} + 1
        setexpr t ${t} "&" ff; flag=${t}
        env export -c -s 3fff ${plain} ${state}
        setexpr t ${spare} + 4; mw.b ${t} ${flag}
        setexpr t ${spare} + 5
        cp.b ${plain} ${spare} 4
        cp.b ${plain_data} ${t} 3ffb
        virtio write ${spare} ${spare_lba} 20
        # A second save in this boot goes to the copy that is now the older one.
        if test ${spare} = ${copy_0}; then
            spare=${copy_1}; spare_lba=${lba_1}
        else
            spare=${copy_0}; spare_lba=${lba_0}
        fi
    else
        echo "labd: slot ${slot} has no tries left"
    fi
    if test ${try} = yes; then
        # Kernel and ramdisk carry checksums, or a half-written slot would run. booti checks the ramdisk's itself.
        echo "labd: loading slot ${slot}"
        if load virtio 0:${number} ${kernel_file} /boot/kernel.img && iminfo ${kernel_file}; then
            if load virtio 0:${number} ${ramdisk_addr_r} /boot/ramdisk.img; then
                # The second line only saves time under emulation: no address randomisation with the page table
                # switches it brings, no self tests, audit or security modules.
                setenv bootargs console=ttyAMA0 root=/dev/vda${number} labd.slot=${slot} panic=5
                setenv bootargs ${bootargs} nokaslr cryptomgr.notests audit=0 lsm=integrity ${extra_bootargs}
                booti ${kernel_addr_r} ${ramdisk_addr_r} ${fdtcontroladdr}
            fi
        fi
        echo "labd: slot ${slot} is damaged"
    fi
done
echo "labd: no bootable slot"
