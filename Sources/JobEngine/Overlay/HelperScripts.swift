/// The helper programs that test definitions call on the board: POSIX shell, nothing but busybox needed.
enum HelperScripts {
    struct Script: Sendable {
        let name: String
        let text: String
    }

    /// All helpers, each starting with the interpreter line for `shell`.
    static func all(shell: String) -> [Script] {
        (results + running + machine + packages).map { Script(name: $0.name, text: "#!\(shell)\n" + $0.text) }
    }

    /// Helpers that report results.
    static let results: [Script] = [
        Script(
            name: "lava-signal-functions",
            text: #"""
                # Read by the other helpers with `.`; a process costs a small board more than all else that is done here.
                # lava_signals TEXT...: prints each text as a signal on its own line; as a kernel message when the test
                # asks for it, because a kernel message cannot be interrupted by another.
                # Each signal has a number and a checksum, and is kept in a file, so that what a kernel message tears on
                # the way is repaired or sent again.
                lava_signals() {
                    if [ -z "${LAVA_SIGNALS:-}" ] || ! [ -w "$LAVA_SIGNALS" ] || ! command -v md5sum > /dev/null; then
                        for lava_body; do lava_flatten; lava_say "<LAVA_SIGNAL_$lava_body>"; done
                        return 0
                    fi
                    lava_count=$#
                    for lava_body; do
                        lava_flatten
                        if lava_number; then set -- "$@" "$LAVA_SIGNALS.d/$lava_number"
                        else lava_say "<LAVA_SIGNAL_$lava_body>"
                        fi
                    done
                    shift $lava_count
                    [ $# -gt 0 ] || return 0
                    lava_sums=$(md5sum "$@")
                    for lava_file; do
                        IFS= read -r lava_body < "$lava_file"
                        lava_text="<LAVA_SIGNAL_$lava_body _c=${lava_sums%"${lava_sums#????????}"}>"
                        lava_sums=${lava_sums#*"$lava_newline"}
                        printf '%s\n' "$lava_text" >> "$LAVA_SIGNALS"
                        lava_say "$lava_text"
                    done
                }
                lava_newline='
                '
                # A signal is one line.
                lava_flatten() {
                    while case $lava_body in *"$lava_newline"*) ;; *) return 0 ;; esac; do
                        lava_body="${lava_body%%"$lava_newline"*} ${lava_body#*"$lava_newline"}"
                    done
                }
                # Takes the next number, also when a test reports from the background: whoever makes the file named by a
                # number has it. The file `last` says where to begin to look. Old files are removed, so a number that is
                # far behind `last` by now was taken before.
                lava_number() {
                    lava_number=0
                    [ ! -s "$LAVA_SIGNALS.d/last" ] || read -r lava_number < "$LAVA_SIGNALS.d/last"
                    while :; do
                        lava_number=$((lava_number + 1))
                        set -C
                        if { true > "$LAVA_SIGNALS.d/$lava_number"; } 2> /dev/null; then
                            set +C
                            lava_last=0
                            [ ! -s "$LAVA_SIGNALS.d/last" ] || read -r lava_last < "$LAVA_SIGNALS.d/last"
                            [ $lava_last -ge $((lava_number + 32)) ] || break
                            lava_number=$lava_last
                        else
                            set +C
                            [ -e "$LAVA_SIGNALS.d/$lava_number" ] || return 1
                        fi
                    done
                    { printf '%10d\n' $lava_number 1<> "$LAVA_SIGNALS.d/last"
                        printf '%s' "$lava_body _n=$lava_number" > "$LAVA_SIGNALS.d/$lava_number"; } 2> /dev/null
                    if [ $((lava_number % 64)) -eq 0 ] && [ $lava_number -ge 128 ]; then
                        lava_old=$((lava_number - 127))
                        lava_files=
                        while [ $lava_old -le $((lava_number - 64)) ]; do
                            lava_files="$lava_files $lava_old"
                            lava_old=$((lava_old + 1))
                        done
                        (cd "$LAVA_SIGNALS.d" && rm -f $lava_files)
                    fi
                    [ -s "$LAVA_SIGNALS.d/$lava_number" ]
                }
                lava_say() {
                    [ -z "${CHARACTER_DELAY:-}" ] || sleep "$CHARACTER_DELAY"
                    if [ -n "${KMSG:-}" ] && [ -w /dev/kmsg ]; then
                        printf '<0>%s\n' "$1" > /dev/kmsg
                    else
                        printf '%s\n' "$1"
                    fi
                }
                """# + "\n"),
        Script(
            name: "lava-signal",
            text: "# lava-signal NAME TEXT...: prints one signal.\n. lava-signal-functions\nlava_signals \"$*\"\n"),
        Script(
            name: "lava-resend",
            text: #"""
                # lava-resend STAGE [NUMBER]...: prints these signals again, and how many there are.
                log="$1/signals"; shift
                for number in "$@"; do sed -n "/ _n=$number _c=[0-9a-f]*>\$/p" "$log"; done
                body="SENT $(($(wc -l < "$log"))) _n=0"
                printf '%s' "$body" > "$log.sent"
                sum=$(md5sum < "$log.sent")
                printf '%s\n' "<LAVA_SIGNAL_$body _c=${sum%"${sum#????????}"}>"
                """# + "\n"),
        Script(
            name: "lava-test-case",
            text: #"""
                # lava-test-case ID --shell COMMAND...
                # lava-test-case ID --result RESULT [--measurement NUMBER] [--units UNITS] [--output FILE]
                if [ $# -lt 2 ]; then
                    echo "usage: lava-test-case ID --shell COMMAND... | --result RESULT [--measurement N] [--units U] [--output FILE]"
                    exit 0
                fi
                . lava-signal-functions
                id=$1; shift
                ended=
                if [ "$1" = --shell ]; then
                    shift
                    lava_signals "STARTTC $id"
                    if sh -c "$*"; then result=pass; else result=fail; fi
                    ended="ENDTC $id"
                else
                    result=""; measurement=""; units=""; output=""
                    while [ $# -gt 0 ]; do
                        case $1 in
                            --result) result=$2; shift ;;
                            --measurement) measurement=$2; shift ;;
                            --units) units=$2; shift ;;
                            --output) output=$2; shift ;;
                            *) echo "lava-test-case: unknown option $1"; exit 0 ;;
                        esac
                        shift
                    done
                    if [ -n "$output" ]; then
                        lava_signals "STARTTC $id"
                        cat "$output"
                        ended="ENDTC $id"
                    fi
                fi
                text="TEST_CASE_ID=$id RESULT=$result"
                [ -z "$units" ] || text="$text UNITS=$units"
                [ -z "$measurement" ] || text="$text MEASUREMENT=$measurement"
                lava_signals ${ended:+"$ended"} "TESTCASE $text"
                exit 0
                """# + "\n"),
        Script(
            name: "lava-test-set",
            text: #"""
                # lava-test-set start NAME | lava-test-set stop
                case $1 in
                    start) lava-signal TESTSET "START $2" ;;
                    stop) lava-signal TESTSET STOP ;;
                    *) echo "usage: lava-test-set start NAME | stop" ;;
                esac
                """# + "\n"),
        Script(name: "lava-test-raise", text: "# lava-test-raise MESSAGE\nlava-signal TESTRAISE \"$*\"\n"),
        Script(name: "lava-test-event", text: "# lava-test-event MESSAGE\nlava-signal TESTEVENT \"$*\"\n"),
        Script(
            name: "lava-test-feedback",
            text: "# lava-test-feedback --namespace NAME\nlava-signal TESTFEEDBACK \"$2\"\n"),
        Script(
            name: "lava-test-reference",
            text: #"""
                # lava-test-reference ID --result RESULT --reference URL
                id=$1; shift
                while [ $# -gt 0 ]; do
                    case $1 in
                        --result) result=$2; shift ;;
                        --reference) reference=$2; shift ;;
                    esac
                    shift
                done
                lava-signal TESTREFERENCE "$id $result $reference"
                """# + "\n"),
    ]

    /// Helpers that run definitions and background processes.
    static let running: [Script] = [
        Script(
            name: "lava-test-runner",
            text: #"""
                # lava-test-runner STAGE: runs the definitions that STAGE/lava-test-runner.conf lists.
                stage=$1
                export PATH="${0%/*}:$PATH"
                # Renamed first, so that a board that reboots in a test does not run everything again.
                export LAVA_SIGNALS="$stage/signals"
                { true > "$LAVA_SIGNALS"; } 2> /dev/null || unset LAVA_SIGNALS
                [ -d "$stage/signals.d" ] || mkdir "$stage/signals.d" 2> /dev/null
                [ ! -e "$stage/signals.d/last" ] || rm -f "$stage/signals.d"/*
                . lava-signal-functions
                conf="$stage/lava-test-runner.conf"
                list="$conf-started"
                mv "$conf" "$list" || { echo "<LAVA_TEST_RUNNER EXIT>"; exit 1; }
                while read -r place <&3; do
                    [ -n "$place" ] || continue
                    export LAVA_TEST_DIR="$place" LAVA_RESULTS_DIR="$stage/results"
                    if [ -s "$place/install.sh" ] && ! "${SHELL:-/bin/sh}" "$place/install.sh"; then
                        echo "<LAVA_TEST_RUNNER INSTALL_FAIL>"
                        continue
                    fi
                    "${SHELL:-/bin/sh}" "$place/run.sh"
                done 3< "$list"
                sync
                # Said twice: as a signal, which survives a kernel message, and as LAVA's runner says it.
                lava_signals "DONE runner"
                echo "<LAVA_TEST_RUNNER EXIT>"
                """# + "\n"),
        Script(
            name: "lava-test-shell",
            text:
                "# lava-test-shell SCRIPT: runs one script under the board's shell.\nexec \"${SHELL:-/bin/sh}\" \"$1\"\n"
        ),
        Script(
            name: "lava-background-process-start",
            text: #"""
                # lava-background-process-start NAME --cmd COMMAND...
                name=$1; shift 2
                folder="${LAVA_RESULTS_DIR:-/tmp}"
                mkdir -p "$folder"
                ( while :; do sh -c "$*"; sleep 1; done ) > "$folder/$name.log" 2>&1 &
                echo $! > "$folder/$name.pid"
                """# + "\n"),
        Script(
            name: "lava-background-process-stop",
            text: #"""
                # lava-background-process-stop NAME
                file="${LAVA_RESULTS_DIR:-/tmp}/$1.pid"
                [ -f "$file" ] && kill "$(cat "$file")" && rm -f "$file"
                exit 0
                """# + "\n"),
    ]

    /// Helpers that ask about the machine.
    static let machine: [Script] = [
        Script(
            name: "lava-echo-ipv4",
            text: #"""
                # lava-echo-ipv4 INTERFACE
                ip -4 addr show "$1" 2>/dev/null | sed -n 's/.*inet \([0-9.]*\).*/\1/p' | head -n 1
                """# + "\n"),
        Script(name: "lava-target-ip", text: "echo \"$LAVA_TARGET_IP\"\n"),
        Script(name: "lava-target-mac", text: "echo \"$LAVA_TARGET_MAC\"\n"),
        Script(name: "lava-target-storage", text: "env | sed -n 's/^LAVA_STORAGE_INFO_[0-9]*_//p'\n"),
        Script(
            name: "lava-os-build",
            text: "# Prints the distribution's name.\n. /etc/os-release 2>/dev/null\necho \"${ID:-unknown}\"\n"),
    ]

    /// Helpers that speak to the distribution's package tool.
    static let packages: [Script] = [
        Script(
            name: "lava-install-packages",
            text: #"""
                # lava-install-packages NAME...
                if command -v apt-get > /dev/null; then
                    DEBIAN_FRONTEND=noninteractive apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y "$@"
                elif command -v dnf > /dev/null; then dnf install -y "$@"
                elif command -v apk > /dev/null; then apk add "$@"
                elif command -v opkg > /dev/null; then opkg update && opkg install "$@"
                elif command -v pacman > /dev/null; then pacman -Sy --noconfirm "$@"
                else echo "no package tool on this board"; exit 1
                fi
                """# + "\n"),
        Script(
            name: "lava-installed-packages",
            text: #"""
                if command -v dpkg > /dev/null; then dpkg -l
                elif command -v rpm > /dev/null; then rpm -qa
                elif command -v apk > /dev/null; then apk info -v
                elif command -v opkg > /dev/null; then opkg list-installed
                fi
                """# + "\n"),
        Script(
            name: "lava-add-keys",
            text: "# lava-add-keys FILE\nif command -v apt-key > /dev/null; then apt-key add \"$1\"; fi\n"),
        Script(
            name: "lava-add-sources",
            text: #"""
                # lava-add-sources LINE
                if [ -d /etc/apt/sources.list.d ]; then echo "$1" >> /etc/apt/sources.list.d/lava.list; fi
                """# + "\n"),
    ]
}
