@testable import JobEngine

/// The console of a real run, byte for byte: a virtual board's test shell with two definitions, from the first prompt to
/// the last. The steps: `lava-test-case` in both forms, a measurement, a test set, a reference and an event.
enum CapturedRun {
    static let output = #"""
        / # #
        / # export SHELL=/bin/sh
        / # test -r /lava-1/environment && . /lava-1/environment; printf "<LAVA_SIGNAL_RETRUNCODE $?>\n"
        <LAVA_SIGNAL_RETRUNCODE 0>
        / # /lava-1/bin/lava-test-runner /lava-1/0
        <LAVA_SIGNAL_STARTRUN 0_smoke 1_1.1 _n=1 _c=8db0e770>
        <LAVA_SIGNAL_STARTTC linux-runs _n=2 _c=fa4f384d>
        Linux labd 6.1.0-56-cloud-arm64 #1 SMP Debian 6.1.192-2 (2026-11-16) aarch64 GNU/Linux
        <LAVA_SIGNAL_ENDTC linux-runs _n=3 _c=e024d3dd>
        <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=linux-runs RESULT=pass _n=4 _c=a3c13829>
        <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=boot-time RESULT=pass UNITS=seconds MEASUREMENT=5.53 _n=5 _c=6fec56b4>
        <LAVA_SIGNAL_TESTSET START storage _n=6 _c=8550f052>
        <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=slot-is-whole RESULT=fail _n=7 _c=8fd727dd>
        <LAVA_SIGNAL_STARTTC data-is-writable _n=8 _c=db20aa04>
        <LAVA_SIGNAL_ENDTC data-is-writable _n=9 _c=fe3b284e>
        <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=data-is-writable RESULT=pass _n=10 _c=33e507ca>
        <LAVA_SIGNAL_TESTSET STOP _n=11 _c=93a873cb>
        <LAVA_SIGNAL_TESTREFERENCE log skip http://lab/log.txt _n=12 _c=86af214b>
        <LAVA_SIGNAL_TESTEVENT done < 9 > 8 _n=13 _c=47b2a79b>
        <LAVA_SIGNAL_ENDRUN 0_smoke 1_1.1 _n=14 _c=a2f3b991>
        <LAVA_SIGNAL_STARTRUN 1_second 1_1.2 _n=15 _c=1b51a004>
        <LAVA_SIGNAL_STARTTC no-such-file _n=16 _c=ec23de24>
        <LAVA_SIGNAL_ENDTC no-such-file _n=17 _c=03f748c6>
        <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=no-such-file RESULT=fail _n=18 _c=b86807d3>
        <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=free-memory RESULT=unknown UNITS=MiB MEASUREMENT=187 _n=19 _c=910f5f27>
        <LAVA_SIGNAL_ENDRUN 1_second 1_1.2 _n=20 _c=edd92057>
        <LAVA_SIGNAL_DONE runner _n=21 _c=da5779d6>
        <LAVA_TEST_RUNNER EXIT>
        / # 
        """#.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")

    /// A signal that the run printed.
    struct Sent: Sendable {
        var number: Int
        /// From `<` to `>`.
        var line: String
        /// Name and text.
        var body: String
        /// Where `line` lies in `output`.
        var range: Range<Int>
    }

    /// What the board keeps to send again.
    static let sent: [Sent] = {
        var place = 0
        var sent: [Sent] = []
        for line in output.split(separator: "\r\n", omittingEmptySubsequences: false) {
            let length = line.utf8.count
            if line.hasPrefix("<LAVA_SIGNAL_"), let tail = line.firstRange(of: " _n=") {
                let body = line[..<tail.lowerBound].dropFirst("<LAVA_SIGNAL_".count)
                sent.append(
                    Sent(
                        number: sent.count + 1, line: String(line), body: String(body),
                        range: place..<(place + length)))
            }
            place += length + 2
        }
        return sent
    }()

    /// What the board prints when it is asked for `numbers`.
    static func answer(to numbers: [Int]) -> String {
        let again = numbers.filter { $0 >= 1 && $0 <= sent.count }.map { sent[$0 - 1].line + "\r\n" }.joined()
        let body = "SENT \(sent.count) _n=0"
        return "\(again)<LAVA_SIGNAL_\(body) _c=\(SignalChecksum.of(body.utf8))>\r\n/ # "
    }
}
