# Boots what OSTree's uEnv.txt names: a symbolic link /boot/loader leads to loader.0 or loader.1, whose uEnv.txt says which
# kernel, ramdisk and arguments. An update prepares the other folder and then swaps the link. All of it lies on an ext4
# with a journal, which the boot loader does not replay.

buffer=43000000
setexpr t ${kernel_addr_r} - 40; kernel_file=${t}

if load virtio 0:2 ${buffer} /boot/loader/uEnv.txt; then
    env import -t ${buffer} ${filesize}
    echo "labd: loader names ${kernel_image}"
    if load virtio 0:2 ${kernel_file} ${kernel_image} && iminfo ${kernel_file}; then
        if load virtio 0:2 ${ramdisk_addr_r} ${ramdisk_image}; then
            booti ${kernel_addr_r} ${ramdisk_addr_r} ${fdtcontroladdr}
        fi
    fi
fi
echo "labd: nothing to boot"
