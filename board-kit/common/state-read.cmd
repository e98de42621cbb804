# The state that boot loader and Linux share lives in raw blocks, as in the kit arm64-ab: partition 5 holds two 16 KiB
# copies in libubootenv's redundant format (CRC-32 little-endian, a flag byte, NUL-separated variables). The newer valid
# copy is read; a change goes to the other one, so a torn write loses nothing.
#
# ${state} names the variables; others are gone after the next change by this script. Numbers are hexadecimal. setexpr
# writes the environment only: it writes "t", and the value moves to a variable of this shell. The crc32 command is not
# used, because it prints "==>", which looks like this boot loader's prompt to whoever watches the console.
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
    echo "labd: both copies of the environment are damaged"
    flag=0; spare=${copy_0}; spare_lba=${lba_0}
fi
