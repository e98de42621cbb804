import Foundation
import Testing

/// `kill -9` at random moments. `LABD_TEST_SEED` repeats a run's plan; `LABD_TEST_ALL` makes it the full one.
@Suite(.serialized) struct CrashTests {
    @Test func nothingAcknowledgedIsLostWhenLabdIsKilled() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["LABD_TEST_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...999_999)
        let kills = environment["LABD_TEST_ALL"] == nil ? 8 : 50
        print("crash test: \(kills) kills, seed \(seed) (LABD_TEST_SEED=\(seed) repeats them)")
        try await CrashRun(state: try temporaryFolder(), seed: seed, kills: kills).run()
    }
}
