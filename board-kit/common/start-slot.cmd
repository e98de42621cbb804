# Starts slot ${slot} from partition ${number}. Kernel and ramdisk carry checksums; booti checks the ramdisk's itself. The
# kernel's 64-byte header goes before the address that the kernel runs from.
echo "labd: loading slot ${slot}"
setexpr t ${kernel_addr_r} - 40; kernel_file=${t}
if load virtio 0:${number} ${kernel_file} /boot/kernel.img && iminfo ${kernel_file}; then
    if load virtio 0:${number} ${ramdisk_addr_r} /boot/ramdisk.img; then
        setenv bootargs console=ttyAMA0 root=/dev/vda${number} labd.slot=${slot} rauc.slot=${slot} panic=5
        setenv bootargs ${bootargs} nokaslr cryptomgr.notests audit=0 lsm=integrity ${extra_bootargs}
        booti ${kernel_addr_r} ${ramdisk_addr_r} ${fdtcontroladdr}
    fi
fi
echo "labd: slot ${slot} is damaged"
