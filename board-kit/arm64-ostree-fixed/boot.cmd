# As the boot script of arm64-ostree; but where the link /boot/loader leads to nothing that boots, the two folders that
# it can lead to are tried themselves. OSTree makes the new one whole before it swaps the link, and removes the old one
# afterwards, so that one of them is always whole.

buffer=43000000
setexpr t ${kernel_addr_r} - 40; kernel_file=${t}

for folder in loader loader.0 loader.1; do
    setenv kernel_image; setenv ramdisk_image; setenv bootargs
    if load virtio 0:2 ${buffer} /boot/${folder}/uEnv.txt; then
        env import -t ${buffer} ${filesize}
        echo "labd: ${folder} names ${kernel_image}"
        if load virtio 0:2 ${kernel_file} ${kernel_image} && iminfo ${kernel_file}; then
            if load virtio 0:2 ${ramdisk_addr_r} ${ramdisk_image}; then
                booti ${kernel_addr_r} ${ramdisk_addr_r} ${fdtcontroladdr}
            fi
        fi
    fi
done
echo "labd: nothing to boot"
