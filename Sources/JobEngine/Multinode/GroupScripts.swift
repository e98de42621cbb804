import LabModel

/// The helpers by which a test on the board talks to the other jobs of its group: POSIX shell, nothing but busybox needed.
enum GroupScripts {
    /// All of them, each starting with the interpreter line for `shell`, with the facts of the group in them.
    static func all(shell: String, group: GroupRoster, job: JobID) -> [HelperScripts.Script] {
        (facts(of: group, job) + calls).map {
            HelperScripts.Script(name: $0.name, text: "#!\(shell)\n" + $0.text)
        }
    }

    /// Who is in the group, and who this board is.
    private static func facts(of group: GroupRoster, _ job: JobID) -> [HelperScripts.Script] {
        let members = group.members.map { "        lava_member \($0.job) \(shellQuoted($0.role))\n" }.joined()
        let role = group.member(job)?.role ?? ""
        return [
            HelperScripts.Script(
                name: "lava-group",
                text: #"""
                    # lava-group [ROLE]: each job of the group with its role, or the jobs of one role.
                    # Jobs go by their number, as in what lava-wait brings.
                    lava_member() {
                        if [ -z "$lava_role" ]; then printf '%s\t%s\n' "$1" "$2"
                        elif [ "$lava_role" = "$2" ]; then printf '%s\n' "$1"
                        fi
                    }
                    lava_role=${1:-}
                    {

                    """# + members + "}\n"),
            HelperScripts.Script(
                name: "lava-role",
                text: #"""
                    # lava-role [list]: the role of this board, or all roles of the group.
                    if [ "${1:-}" = list ]; then lava-group | sed 's/^[^	]*	//' | sort -u
                    else printf '%s\n' \#(shellQuoted(role))
                    fi
                    """# + "\n"),
            HelperScripts.Script(
                name: "lava-self", text: "# lava-self: the number of this board's job.\necho \(job)\n"),
        ]
    }

    /// Calls to the group.
    private static let calls: [HelperScripts.Script] = [
        HelperScripts.Script(
            name: "lava-group-functions",
            text: #"""
                # Read by the other helpers with `.`: requests to the group, and their answers.
                . lava-signal-functions
                LAVA_MULTI_NODE_CACHE=${LAVA_MULTI_NODE_CACHE:-/tmp/lava_multi_node_cache.txt}
                # A request is known by the number of the signal that first brings it; where signals have no numbers, by
                # this process.
                lava_token=p$$
                [ -z "${LAVA_SIGNALS:-}" ] || ! [ -w "$LAVA_SIGNALS" ] || ! command -v md5sum > /dev/null || lava_token=0
                # lava_request VERB NAME...: says the request, the first time and any other.
                lava_request() {
                    lava_signals "MULTINODE $lava_token $*"
                    [ "$lava_token" != 0 ] || lava_token=$lava_number
                }
                lava_check_name() {
                    case ${1:-} in
                        '' | *=* | *' '*) echo "$lava_self: a message needs a name first"; exit 1 ;;
                    esac
                }
                # lava_ask VERB NAME...: says the request, and again from time to time, until the lab types the answer at the
                # console. The values in it go to the file $lava_values, one KEY=VALUE a line.
                lava_ask() {
                    lava_values=$LAVA_MULTI_NODE_CACHE.$$
                    mkdir -p "${LAVA_MULTI_NODE_CACHE%/*}"
                    : > "$lava_values" || exit 1
                    lava_request "$@"
                    # As long as this process is there. A request that is being said is said whole: its number is taken.
                    ( while sleep 20 > /dev/null 2>&1 && kill -0 $$ 2> /dev/null; do
                        trap '' TERM
                        lava_request "$@"
                        trap - TERM
                    done ) < /dev/null &
                    lava_asker=$!
                    lava_status=1
                    while read -r lava_line; do
                        case $lava_line in
                            *"<LAVA_$1_COMPLETE nack _r=$lava_token>"*) break ;;
                            *"<LAVA_$1_DATA "*" _r=$lava_token>"*) lava_take "${lava_line#*"<LAVA_$1_DATA "}" ;;
                            *"<LAVA_$1_COMPLETE "*"_r=$lava_token>"*)
                                lava_take "${lava_line#*"<LAVA_$1_COMPLETE "}"
                                if [ $(($(wc -l < "$lava_values"))) -eq "$lava_count" ]; then
                                    lava_status=0
                                    break
                                fi
                                # Something was lost on the way: it is asked for again.
                                : > "$lava_values" ;;
                        esac
                    done
                    kill $lava_asker 2> /dev/null
                    if [ $lava_status -ne 0 ]; then
                        rm -f "$lava_values"
                        echo "$lava_self: no answer from the group"
                        exit 1
                    fi
                }
                lava_take() {
                    lava_count=0
                    set -f
                    for lava_word in ${1%" _r=$lava_token>"*}; do
                        case $lava_word in
                            _k=*) lava_count=${lava_word#_k=} ;;
                            *) printf '%s\n' "$lava_word" >> "$lava_values" ;;
                        esac
                    done
                    set +f
                }
                """# + "\n"),
        HelperScripts.Script(
            name: "lava-send",
            text: #"""
                # lava-send NAME [KEY=VALUE]...: sends a message to the group.
                lava_self=lava-send
                . lava-group-functions
                lava_check_name "$@"
                # Said twice: nobody answers, and a message that is torn on the line is missed by others only.
                lava_request SEND "$@"
                lava_request SEND "$@"
                """# + "\n"),
        HelperScripts.Script(
            name: "lava-wait",
            text: #"""
                # lava-wait NAME: waits until anybody in the group has sent this message. Its values are in
                # $LAVA_MULTI_NODE_CACHE then, /tmp/lava_multi_node_cache.txt, one JOB:KEY=VALUE a line.
                lava_self=lava-wait
                . lava-group-functions
                lava_check_name "$@"
                lava_ask WAIT "$1"
                mv "$lava_values" "$LAVA_MULTI_NODE_CACHE"
                """# + "\n"),
        HelperScripts.Script(
            name: "lava-wait-all",
            text: #"""
                # lava-wait-all NAME [ROLE]: waits until all in the group, or all with this role, have sent this message.
                lava_self=lava-wait-all
                . lava-group-functions
                lava_check_name "$@"
                lava_ask WAIT_ALL "$1" ${2:+"$2"}
                mv "$lava_values" "$LAVA_MULTI_NODE_CACHE"
                """# + "\n"),
        HelperScripts.Script(
            name: "lava-sync",
            text: #"""
                # lava-sync NAME: waits until all in the group have come to this point.
                lava_self=lava-sync
                . lava-group-functions
                lava_check_name "$@"
                lava_ask SYNC "$1"
                rm -f "$lava_values"
                """# + "\n"),
        HelperScripts.Script(
            name: "lava-network",
            text: #"""
                # lava-network broadcast INTERFACE | collect INTERFACE [ROLE] | query JOB KEY | hosts FILE | alias-hosts FILE
                # Tells the group this board's addresses, and collects those of the others.
                lava_known=${LAVA_MULTI_NODE_NETWORK_CACHE:-/tmp/lava_multi_node_network_cache.txt}
                [ $# -ge 2 ] || { echo "usage: lava-network broadcast|collect|query|hosts|alias-hosts ARGUMENT..."; exit 1; }
                lava_value() { sed -n "s/^$1:$2=//p" "$lava_known" | head -n 1; }
                case $1 in
                    broadcast)
                        lava_ipv4=$(ip -4 addr show "$2" 2> /dev/null | sed -n 's/.*inet \([0-9.]*\).*/\1/p' | head -n 1)
                        lava_ipv6=$(ip -6 addr show "$2" 2> /dev/null | sed -n 's/.*inet6 \([0-9a-f:]*\).*/\1/p' | head -n 1)
                        lava_mac=$(cat "/sys/class/net/$2/address" 2> /dev/null)
                        lava_gateway=$(ip -4 route 2> /dev/null | sed -n 's/^default via \([0-9.]*\).*/\1/p' | head -n 1)
                        lava_host=$(hostname 2> /dev/null || cat /proc/sys/kernel/hostname)
                        set -- ${lava_ipv4:+"ipv4=$lava_ipv4"} ${lava_ipv6:+"ipv6=$lava_ipv6"} ${lava_mac:+"mac=$lava_mac"} \
                            ${lava_gateway:+"default-gateway=$lava_gateway"} "hostname=$lava_host"
                        lava_index=1
                        for lava_dns in $(sed -n 's/^nameserver *//p' /etc/resolv.conf 2> /dev/null | head -n 3); do
                            set -- "$@" "dns_$lava_index=$lava_dns"
                            lava_index=$((lava_index + 1))
                        done
                        lava-send network_info "$@" ;;
                    collect)
                        lava-wait-all network_info ${3:+"$3"} || exit 1
                        cp "${LAVA_MULTI_NODE_CACHE:-/tmp/lava_multi_node_cache.txt}" "$lava_known" ;;
                    query)
                        [ -f "$lava_known" ] || { echo "lava-network: collect comes first"; exit 1; }
                        lava_value "$2" "${3:-ipv4}" ;;
                    hosts | alias-hosts)
                        [ -f "$lava_known" ] || { echo "lava-network: collect comes first"; exit 1; }
                        lava_seen=
                        lava-group | while read -r lava_job lava_role; do
                            lava_ip=$(lava_value "$lava_job" ipv4)
                            lava_seen="$lava_seen $lava_role"
                            [ -n "$lava_ip" ] || continue
                            lava_name=$(lava_value "$lava_job" hostname)
                            lava_alias=
                            if [ "$1" = alias-hosts ]; then
                                # ROLE01, ROLE02 and so on.
                                lava_index=0
                                for lava_word in $lava_seen; do
                                    [ "$lava_word" != "$lava_role" ] || lava_index=$((lava_index + 1))
                                done
                                lava_alias=$(printf '\t%s%02d' "$lava_role" $lava_index)
                            fi
                            printf '%s\t%s%s\n' "$lava_ip" "${lava_name:-$lava_job}" "$lava_alias" >> "$2"
                        done ;;
                    *) echo "lava-network: $1 is none of broadcast, collect, query, hosts, alias-hosts"; exit 1 ;;
                esac
                """# + "\n"),
    ]
}
