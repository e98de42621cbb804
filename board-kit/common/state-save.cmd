    # Writes ${state} to the older copy.
    setexpr t ${flag} + 1
    setexpr t ${t} "&" ff; flag=${t}
    env export -c -s 3fff ${plain} ${state}
    setexpr t ${spare} + 4; mw.b ${t} ${flag}
    setexpr t ${spare} + 5
    cp.b ${plain} ${spare} 4
    cp.b ${plain_data} ${t} 3ffb
    virtio write ${spare} ${spare_lba} 20
