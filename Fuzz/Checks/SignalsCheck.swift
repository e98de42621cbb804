#if DEBUG || FUZZING
    @testable import JobEngine
    import LabModel

    /// Console output in any pieces: the same signals however it is cut, in bounded memory, and none that was not sent.
    ///
    /// One byte of flags, four sizes of pieces, and the output, or (flag 1) the script of a `SignalStream`.
    public enum SignalsCheck: Check {
        public static func run(_ input: [UInt8]) throws(BrokenInvariant) {
            guard input.count > 5, input.count <= 1 << 12 else { return }
            let stream = input[0] & 1 == 0 ? SignalStream(output: input[5...]) : SignalStream(script: input[5...])
            let acceptsEchoes = input[0] & 2 != 0
            let whole = try scan([stream.output], acceptsEchoes)
            for pieces in [Pieces.cut(stream.output, sizes: input[1...4]), stream.output.map { [$0] }] {
                let found = try scan(pieces, acceptsEchoes)
                try require(found == whole, "in pieces \(found), whole \(whole)")
            }
            for signal in whole { try hold(signal, stream) }
            for number in stream.untornNumbers {
                try require(whole.contains { $0.number == number }, "signal \(number) is lost")
            }
            try digest(whole, resendsFrom: Int(input[1]))
        }

        private static func scan(_ pieces: [[UInt8]], _ acceptsEchoes: Bool) throws(BrokenInvariant) -> [ReceivedSignal]
        {
            var scanner = SignalScanner()
            scanner.acceptsKernelEchoes = acceptsEchoes
            var found: [ReceivedSignal] = []
            for piece in pieces {
                found += scanner.feed(piece)
                try require(scanner.heldBytes <= 3 * SignalScanner.window, "\(scanner.heldBytes) bytes are held")
            }
            return found
        }

        /// A signal with a number is one that was sent; in output that is not ours, at least its checksum fits.
        private static func hold(_ signal: ReceivedSignal, _ stream: SignalStream) throws(BrokenInvariant) {
            try require(!signal.name.isEmpty, "a signal without a name")
            try require(
                !signal.text.contains { $0.isNewline && !"\u{B}\u{C}\u{85}\u{2028}\u{2029}".contains($0) }, "lines")
            guard let number = signal.number else {
                return try require(signal.integrity == .unprotected, "\(signal.integrity) without a number")
            }
            try require(signal.integrity == .intact || signal.integrity == .repaired, "\(signal.integrity) at once")
            if let bodies = stream.bodies {
                try require(bodies[number] == "\(signal.name) \(signal.text)", "\(signal) was never sent")
            } else if !signal.text.contains("\u{FFFD}") {
                let isSaid = (0...9).contains { zeros in
                    let digits = String(repeating: "0", count: zeros) + "\(number)"
                    let body = "\(signal.name) \(signal.text) _n=\(digits)"
                    return stream.holds(SignalChecksum.of(body.utf8), isWhole: signal.integrity == .intact)
                }
                try require(isSaid, "\(signal) has no checksum")
            }
        }

        /// What the block makes of the signals.
        private static func digest(_ signals: [ReceivedSignal], resendsFrom: Int) throws(BrokenInvariant) {
            var ledger = SignalLedger()
            var released: [ReceivedSignal] = []
            for (place, signal) in signals.enumerated() {
                if place == resendsFrom { ledger.ask(for: [resendsFrom, resendsFrom + 1]) }
                released += ledger.receive(signal)
            }
            let missing = ledger.missing(upTo: (signals.compactMap(\.number).max() ?? 0) % 20_000)
            try require(missing.count <= 10_001, "\(missing.count) missing numbers")
            released += ledger.flush()
            let numbers = released.compactMap(\.number)
            try require(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "out of order: \(numbers)")
            try require(missing.allSatisfy { !numbers.contains($0) }, "a missing signal is there")

            let definition = TestDefinition(
                name: "a", steps: [], parse: TestDefinition.ParseRule(pattern: "x", fixups: ["ok": "pass"]),
                expected: ["one", "two"])
            let request = TestDefinitionRequest(name: "a", source: .inline(definition), path: "a.yaml")
            var machine = SignalMachine(tests: [
                StagedTest(index: 0, request: request, definition: definition, commit: nil, uuid: "1_1", folder: "")
            ])
            let (zero, wall) = (MonotonicTime(nanoseconds: 0), WallTime(nanoseconds: 0))
            var actions: [SignalMachine.Action] = []
            for signal in released { actions += machine.handle(signal.signal, signal.integrity, at: zero, wall: wall) }
            actions += machine.close(wall: wall)
            for case .record(let record) in actions {
                try require(
                    !record.name.isEmpty && record.name.utf8.count <= SignalForm.limit, "a case named \(record.name)")
                try require(record.measurement?.isFinite ?? true, "\(record.measurement ?? 0) was measured")
            }
            try require(machine.close(wall: wall).isEmpty, "closed twice, it says more")
        }
    }
#endif
