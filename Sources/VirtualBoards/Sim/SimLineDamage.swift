/// Damages what the board sends, the same way each time.
struct SimLineDamage: Hashable {
    private let rule: SimScript.LineDamage
    private var count = 0

    init(_ rule: SimScript.LineDamage) {
        self.rule = rule
    }

    mutating func apply(to bytes: [UInt8]) -> [UInt8] {
        if rule.isSilent { return [] }
        guard rule.drops > 0 || rule.noise > 0 else { return bytes }
        var result: [UInt8] = []
        for byte in bytes {
            count += 1
            if rule.drops == 0 || count % rule.drops != 0 { result.append(byte) }
            // 0xFF is what a line without a stop bit reads as.
            if rule.noise > 0, count % rule.noise == 0 { result.append(0xFF) }
        }
        return result
    }
}
