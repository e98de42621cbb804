import Testing

@testable import JobEngine

/// Signals as the helpers print them.
enum SampleRun {
    static let bodies = [
        "STARTRUN 0_smoke 7_1.1", "STARTTC linux-runs", "ENDTC linux-runs",
        "TESTCASE TEST_CASE_ID=linux-runs RESULT=pass",
        "TESTCASE TEST_CASE_ID=boot-time RESULT=pass UNITS=seconds MEASUREMENT=4.49", "TESTSET START storage",
        "TESTCASE TEST_CASE_ID=slot-is-whole RESULT=fail", "TESTSET STOP",
        "TESTREFERENCE log fail http://lab/log.txt", "ENDRUN 0_smoke 7_1.1",
    ]

    static func line(_ number: Int) -> String {
        let body = "\(bodies[number - 1]) _n=\(number)"
        return "<LAVA_SIGNAL_\(body) _c=\(SignalChecksum.of(body.utf8))>"
    }

    static var text: String { (1...bodies.count).map { line($0) + "\r\n" }.joined() }

    /// What the signals say, in order.
    static var expected: [String] { bodies }

    static func said(_ signals: [ReceivedSignal]) -> [String] { signals.map { "\($0.name) \($0.text)" } }
}

@Suite struct SignalChecksumTests {
    /// Beginnings of values of RFC 1321, appendix A.5.
    @Test(arguments: [
        ("", "d41d8cd9"), ("a", "0cc175b9"), ("message digest", "f96b697d"),
        ("12345678901234567890123456789012345678901234567890123456789012345678901234567890", "57edf4a2"),
    ])
    func itIsThatOfMD5(text: String, sum: String) {
        #expect(SignalChecksum.of(text.utf8) == sum)
    }
}

@Suite struct SignalScannerTests {
    static func scan(_ text: String, chunk: Int = .max) -> [ReceivedSignal] {
        var scanner = SignalScanner()
        var rest = Array(text.utf8)[...]
        var found: [ReceivedSignal] = []
        while !rest.isEmpty {
            found += scanner.feed(rest.prefix(chunk))
            rest = rest.dropFirst(chunk)
        }
        return found + scanner.settle()
    }

    @Test(arguments: [1, 7, 64, Int.max]) func aCleanRunIsRead(chunk: Int) {
        let found = Self.scan(SampleRun.text, chunk: chunk)
        #expect(SampleRun.said(found) == SampleRun.expected)
        #expect(found.allSatisfy { $0.integrity == .intact })
    }

    @Test func aSignalWithItsEndInItsTextIsOne() {
        let body = "TESTEVENT 1 > 0 _n=1"
        let found = Self.scan("<LAVA_SIGNAL_\(body) _c=\(SignalChecksum.of(body.utf8))>\r\n")
        #expect(SampleRun.said(found) == ["TESTEVENT 1 > 0"])
    }

    static let messages = [
        "[   12.345678] random: crng init done\r\n", "random: crng init done\r\n",
        "[   12.345678][    T1] random: crng init done\r\n", "[   12.345678][   C0] watchdog: late\n",
        "[   12.3] ------------[ cut here ]------------\r\n[   12.4] WARNING: CPU: 0 PID: 1\r\n[   12.5] Call trace:\r\n",
        "\u{1B}[1;31m[   12.345678] colourful\u{1B}[0m\r\n", "[   12.345678] usb 1-1: <unknown> -> <none>\r\n",
        "[   12.345678] <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=fake RESULT=pass>\r\n",
    ]

    /// A message without its newline cannot be taken out; the number is missing, and nothing wrong is read instead.
    @Test func aMessageWithoutItsEndIsMissed() {
        for place in 1..<SampleRun.line(4).utf8.count {
            let line = SampleRun.line(4)
            let torn =
                String(decoding: line.utf8.prefix(place), as: UTF8.self) + "[ 1.0] no end"
                + String(decoding: line.utf8.dropFirst(place), as: UTF8.self)
            let found = Self.scan(torn + "\r\n").filter { $0.number != nil }
            #expect(found.isEmpty)
        }
    }

    @Test func aDroppedByteIsNeverReadAsSomethingElse() {
        let line = Array(SampleRun.line(5).utf8)
        for place in line.indices {
            var damaged = line
            damaged.remove(at: place)
            let found = Self.scan(String(decoding: damaged, as: UTF8.self) + "\r\n")
            #expect(found.allSatisfy { $0.number == nil })
        }
    }

    @Test func aRawEchoCountsAtTheStartOfALineOnly() {
        let echo = "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=raw RESULT=pass>"
        #expect(Self.scan("\(echo)\r\n").map(\.integrity) == [.unprotected])
        #expect(Self.scan("+ echo \(echo)\r\n").isEmpty)
        #expect(Self.scan("[    1.5] \(echo)\r\n").isEmpty)
        var scanner = SignalScanner()
        scanner.acceptsKernelEchoes = true
        #expect(scanner.feed("[    1.5] \(echo)\r\n".utf8).isEmpty, "it may be part of a torn one")
        #expect(scanner.settle().count == 1)
    }

    @Test func noiseCostsBoundedMemory() {
        var scanner = SignalScanner()
        for _ in 0..<200 { #expect(scanner.feed(String(repeating: "<>\n", count: 500).utf8).isEmpty) }
    }
}

@Suite struct SignalLedgerTests {
    static func signal(_ number: Int?) -> ReceivedSignal {
        ReceivedSignal(
            name: "X", text: "\(number ?? 0)", number: number, integrity: number == nil ? .unprotected : .intact)
    }

    @Test func orderIsKept() {
        var ledger = SignalLedger()
        #expect(ledger.receive(Self.signal(1)).map(\.number) == [1])
        #expect(ledger.receive(Self.signal(3)).isEmpty)
        #expect(ledger.missing(upTo: 5) == [2, 4, 5])
        #expect(ledger.receive(Self.signal(2)).map(\.number) == [2, 3])
    }

    @Test func whatIsLeftOfALostSignalIsNoSignal() {
        var ledger = SignalLedger()
        _ = ledger.receive(Self.signal(1))
        let left = ReceivedSignal(name: "X", text: "", number: nil, integrity: .unprotected)
        let echo = ReceivedSignal(name: "X", text: "raw", number: nil, integrity: .unprotected)
        #expect(ledger.receive(left).isEmpty)
        #expect(ledger.receive(echo).isEmpty)
        #expect(ledger.receive(Self.signal(3)).isEmpty)
        #expect(ledger.receive(Self.signal(2)).map(\.text) == ["2", "raw", "3"])
    }

    @Test func whatIsLeftOfTheFirstSignalIsNoSignal() {
        var ledger = SignalLedger()
        let left = ReceivedSignal(name: "TESTCASE", text: "TEST_CA", number: nil, integrity: .unprotected)
        #expect(ledger.receive(left).isEmpty, "nothing has begun yet")
        #expect(ledger.settle().isEmpty)
        var late = Self.signal(1)
        (late.name, late.text) = ("TESTCASE", "TEST_CASE_ID=a RESULT=pass")
        #expect(ledger.receive(Self.signal(2)).isEmpty)
        ledger.ask(for: [1])
        #expect(ledger.receive(late).map(\.number) == [1, 2])
    }

    @Test func aRunWithoutNumbersIsBelievedAtItsEnd() {
        var ledger = SignalLedger()
        #expect(ledger.receive(Self.signal(nil)).isEmpty)
        #expect(ledger.receive(Self.signal(nil)).isEmpty)
        #expect(ledger.flush().map(\.integrity) == [.unprotected, .unprotected])
    }

    @Test func aTornSignalWithItsEndInItsTextIsNoSignal() {
        let lost = ["TESTEVENT 1 > 0 _n=2 _c=00000000", "ENDTC one _n=3 _c=00000000"]
        func explains(_ text: String) -> Bool {
            SignalRemains(of: lost).explain(
                ReceivedSignal(name: "TESTEVENT", text: text, number: nil, integrity: .unprotected))
        }
        #expect(explains("1 "))
        #expect(explains("[ 1.0] noise1 "))
        #expect(explains("1[ 1.0] noise "))
        #expect(explains("1one"))
        #expect(!explains("zero "))
        #expect(!explains("0 < 1"))
    }

    /// Against the definition, over all short words of three letters.
    @Test func whatDisturbedSignalsLeaveIsKnown() {
        func isLeft(_ text: String, of whole: String) -> Bool {
            guard let end = whole.firstIndex(of: ">") else { return false }
            let (first, text) = (whole[...end], text + ">")
            return first.indices.contains { cut in
                text.hasPrefix(first[..<cut]) && text.hasSuffix(first[cut...])
                    && text.count >= first.count
            }
        }
        func words(_ count: Int) -> [String] {
            (0..<count).reduce([""]) { words, _ in words.flatMap { word in ["a", "b", " "].map { word + $0 } } }
        }
        for whole in words(3) {
            let remains = SignalRemains(of: ["X \(whole)>b"])
            for text in words(4) {
                let signal = ReceivedSignal(name: "X", text: text, number: nil, integrity: .unprotected)
                // What only lost bytes leaves is another question.
                let expected = isLeft("X \(text)", of: "X \(whole)>b")
                if expected { #expect(remains.explain(signal), "'\(text)' of '\(whole)'") }
                if remains.explain(signal), !expected {
                    #expect(SignalRemains(of: ["X \(whole)b"]).explain(signal), "'\(text)' of '\(whole)'")
                }
            }
        }
    }

    @Test func anEchoAmongNumbersWaitsForTheNext() {
        var ledger = SignalLedger()
        _ = ledger.receive(Self.signal(1))
        #expect(ledger.receive(Self.signal(nil)).isEmpty)
        #expect(ledger.receive(Self.signal(2)).map(\.number) == [nil, 2])
        #expect(ledger.receive(Self.signal(nil)).isEmpty)
        #expect(ledger.settle().map(\.number) == [nil])
    }

    @Test func repetitionsAreNotTakenTwice() {
        var ledger = SignalLedger()
        _ = ledger.receive(Self.signal(1))
        #expect(ledger.receive(Self.signal(1)).isEmpty)
    }

    @Test func whatIsSentAgainSaysSo() {
        var ledger = SignalLedger()
        _ = ledger.receive(Self.signal(2))
        ledger.ask(for: [1])
        #expect(ledger.receive(Self.signal(1)).map(\.integrity) == [.resent, .intact])
    }

    @Test func whatStaysMissingDoesNotKeepTheRest() {
        var ledger = SignalLedger()
        _ = ledger.receive(Self.signal(4))
        _ = ledger.receive(Self.signal(2))
        #expect(ledger.flush().map(\.number) == [2, 4])
        #expect(ledger.receive(Self.signal(5)).map(\.number) == [5])
    }
}
