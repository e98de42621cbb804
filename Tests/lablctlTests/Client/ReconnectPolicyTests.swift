import Testing

@testable import lablctl

@Suite struct ReconnectPolicyTests {
    @Test func pausesGrowAndEnd() {
        var policy = ReconnectPolicy(patience: .seconds(3))
        var pauses: [Duration] = []
        while let pause = policy.failed() { pauses.append(pause) }
        #expect(pauses == [.milliseconds(200), .milliseconds(400), .milliseconds(800), .milliseconds(1600)])
    }

    @Test func pausesAreAtMostFiveSeconds() {
        var policy = ReconnectPolicy(patience: .seconds(600))
        var longest = Duration.zero
        while let pause = policy.failed() { longest = max(longest, pause) }
        #expect(longest == .seconds(5))
    }

    @Test func successStartsAnew() {
        var policy = ReconnectPolicy(patience: .seconds(1))
        while policy.failed() != nil {}
        policy.succeeded()
        #expect(policy.failed() == .milliseconds(200))
    }
}
