#if DEBUG || FUZZING
    @testable import JobEngine

    /// Output with signals in it.
    struct SignalStream {
        private(set) var output: [UInt8] = []
        /// What was sent, by number; nil for output that is not ours.
        let bodies: [Int: String]?
        /// Signals that must come through: whole, or with one message in their middle.
        let untornNumbers: [Int]

        init(output: some Collection<UInt8>) {
            self.output = Array(output)
            bodies = nil
            untornNumbers = []
        }

        /// Output made by a script: a byte each for what happens, where, and how much.
        init(script: some Collection<UInt8>) {
            var writer = Writer(script: Array(script.prefix(300)))
            writer.write()
            output = writer.output.map(\.byte)
            bodies = writer.bodies
            let damaged = writer.damaged
            untornNumbers = writer.bodies.keys.filter { !damaged.contains($0) }.sorted()
        }

        /// Whether a checksum stands in the output, in one piece or, where a message may be in it, in two.
        func holds(_ sum: String, isWhole: Bool) -> Bool {
            let end = Array("\(sum)>".utf8)
            return (0...(isWhole ? 0 : sum.utf8.count)).contains { cut in
                output.firstRange(of: end[..<cut]) != nil && output.firstRange(of: end[cut...]) != nil
            }
        }
    }

    private struct Writer {
        private static let kinds = [
            "STARTRUN 0_a 1_1", "ENDRUN 0_a 1_1", "STARTTC one", "ENDTC one", "TESTCASE TEST_CASE_ID=one RESULT=pass",
            "TESTCASE TEST_CASE_ID=two RESULT=fail UNITS=s MEASUREMENT=4.49", "TESTSET START net", "TESTSET STOP",
            "TESTREFERENCE log fail http://lab/log.txt", "TESTEVENT a > b < c", "TESTRAISE it [ 1.0] broke",
            "DONE runner",
        ]
        private static let messages = [
            "[   12.345678] random: crng init done\r\n", "random: crng init done\n", "[   12.3][    T1] late\r\n",
            "[   12.3] cut here\r\n[   12.4] WARNING: CPU: 0\r\n[   12.5] Call trace:\r\n",
            "\u{1B}[1;31m[ 1.0] red\u{1B}[0m\r\n",
            "[ 1.0] usb 1-1: <unknown> -> <none>\r\n",
            "[ 1.0] <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=fake RESULT=pass>\r\n",
            "<LAVA_SIGNAL_ENDRUN 0_a 1_1 _n=2 _c=00000000>\n",
        ]

        struct Byte {
            var byte: UInt8
            /// The signal that it is part of, or that it was put into; 0 for none.
            var owner: Int
        }

        private var script: ArraySlice<UInt8>
        private(set) var output: [Byte] = []
        private(set) var bodies: [Int: String] = [:]
        private(set) var damaged: Set<Int> = []
        private var torn: Set<Int> = []

        init(script: [UInt8]) {
            self.script = script[...]
        }

        mutating func write() {
            while let step = script.popFirst(), output.count < 1 << 12 {
                let choice = Int(step >> 2)
                switch step & 3 {
                case 0: send(Self.kinds[choice % Self.kinds.count])
                case 1: interrupt(Self.messages[choice % Self.messages.count].utf8)
                case 2: lose(choice % 16 + 1)
                default: disturb(script.prefix(choice % 16))
                }
            }
        }

        private mutating func send(_ kind: String) {
            let number = bodies.count + 1
            let body = "\(kind) _n=\(number)"
            bodies[number] = kind
            let line = "<LAVA_SIGNAL_\(body) _c=\(SignalChecksum.of(body.utf8))>\r\n"
            output += line.utf8.map { Byte(byte: $0, owner: number) }
        }

        /// A place up to 255 bytes before the end.
        private mutating func place() -> Int { max(0, output.count - Int(script.popFirst() ?? 0)) }

        private func owner(of place: Int) -> Int {
            guard place > 0, place < output.count, output[place - 1].owner == output[place].owner else { return 0 }
            return output[place].owner
        }

        private mutating func interrupt(_ message: some Collection<UInt8>) {
            let place = place()
            let owner = owner(of: place)
            if owner != 0, !torn.insert(owner).inserted { damaged.insert(owner) }
            output.insert(contentsOf: message.map { Byte(byte: $0, owner: owner) }, at: place)
        }

        private mutating func lose(_ count: Int) {
            let place = place()
            let end = min(output.count, place + count)
            damaged.formUnion(output[place..<end].map(\.owner))
            output.removeSubrange(place..<end)
        }

        /// Noise: the signals beside it may be hurt too.
        private mutating func disturb(_ noise: ArraySlice<UInt8>) {
            script = script.dropFirst(noise.count)
            let place = place()
            damaged.formUnion(output[max(0, place - 1)..<min(output.count, place + 1)].map(\.owner))
            output.insert(contentsOf: noise.map { Byte(byte: $0, owner: owner(of: place)) }, at: place)
        }
    }
#endif
