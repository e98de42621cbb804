import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Testing

@testable import LabAPI

@Suite struct LogRouteTests {
    private static func line(_ text: String) -> String {
        #"{"dt":"2026-08-20T10:00:00.123456+00:00","lvl":"target","msg":"\#(text)"}"#
    }

    @Test func pagesAddUpToTheWholeLog() async throws {
        let lab = Lab()
        let id = lab.store.add(1, state: .finished, health: .complete)
        let texts = (1...5).map { "line \($0) ü\u{2028}" }
        for text in texts { lab.logs.append(Self.line(text), to: id) }
        try await lab.test { client in
            var offset: Int64 = 0
            var seen: [String] = []
            var isFinished = false
            var pages = 0
            while !isFinished {
                let page = try await client.call(
                    LogPage.self, .get, "/api/v1/jobs/1/logs?offset=\(offset)&limit=200")
                seen += page.entries.compactMap(\.msg.string)
                (offset, isFinished) = (page.next, page.finished)
                pages += 1
                try #require(pages < 10)
            }
            #expect(seen == texts)
            #expect(pages == 3)
        }
    }

    @Test func jobThatNeverRanHasAnEmptyLog() async throws {
        let lab = Lab()
        lab.store.add(1)
        try await lab.test { client in
            let page = try await client.call(LogPage.self, .get, "/api/v1/jobs/1/logs")
            #expect(page == LogPage(entries: [], next: 0, finished: false))
        }
    }

    @Test func streamOfAFinishedJobTellsAllAndEnds() async throws {
        let lab = Lab()
        let id = lab.store.add(1, state: .finished, health: .complete)
        for number in 1...3 { lab.logs.append(Self.line("\(number)"), to: id) }
        try await lab.test { client in
            let events = try await client.events("/api/v1/jobs/1/logs", headers: [.accept: "text/event-stream"])
            #expect(events.map(\.event) == ["log", "log", "log", "end"])
            #expect(events[1].data == Self.line("2"))
            #expect(events[3].data.contains(#""state":"Finished""#))
        }
    }

    @Test(arguments: 0...3)
    func streamResumesExactlyBehindAnyEntry(seen: Int) async throws {
        let lab = Lab()
        let id = lab.store.add(1, state: .finished, health: .complete)
        for number in 1...3 { lab.logs.append(Self.line("\(number) é"), to: id) }
        try await lab.test { client in
            let all = try await client.events("/api/v1/jobs/1/logs?follow=1")
            let last = seen == 0 ? "0" : try #require(all[seen - 1].id)
            let rest = try await client.events(
                "/api/v1/jobs/1/logs?follow=1&offset=9999", headers: [.lastEventID: last])
            #expect(rest == Array(all.dropFirst(seen)))
        }
    }

    @Test func followerSeesEntriesAsTheyComeAndEndsWithTheJob() async throws {
        let lab = Lab()
        let id = lab.store.add(1, state: .running)
        lab.logs.append(Self.line("1"), to: id)
        try await lab.test { client in
            async let events = client.events("/api/v1/jobs/1/logs?follow=1")
            #expect(await eventually { lab.store.with { $0.followers.count } == 1 })
            for number in 2...20 {
                lab.logs.append(Self.line("\(number)"), to: id)
                await Task.yield()
            }
            lab.store.commit(.progress, job: id)
            lab.logs.append(Self.line("last"), to: id)
            lab.store.move(id, to: .finished, health: .complete, .jobFinished)
            let told = try await events
            #expect(told.dropLast().map(\.data) == ((1...20).map { "\($0)" } + ["last"]).map(Self.line))
            #expect(told.last?.event == "end")
        }
        #expect(await eventually { lab.store.with { $0.followers.isEmpty } })
    }

    @Test func followerOfAWaitingJobSeesItRun() async throws {
        let lab = Lab()
        let id = lab.store.add(1)
        try await lab.test { client in
            async let events = client.events("/api/v1/jobs/1/logs?follow=1")
            #expect(await eventually { lab.store.with { $0.followers.count } == 1 })
            lab.store.move(id, to: .running, .jobRunning)
            lab.logs.append(Self.line("first"), to: id)
            lab.store.move(id, to: .finished, health: .complete, .jobFinished)
            let told = try await events
            #expect(told.map(\.event) == ["log", "end"])
        }
    }

    @Test func pageWithoutExactLengthsResumesAtItsEndOnly() {
        var cursor = LogCursor(offset: 10)
        let events = cursor.events(of: JobLogPage(lines: ["aaaa", "bbbb"], next: 15))
        #expect(events.map(\.id) == [nil, "15"])
        #expect(cursor.offset == 15)
    }

    @Test func pageThatBeginsBehindAnEntrysMiddleIsStillExact() {
        var cursor = LogCursor(offset: 10)
        let events = cursor.events(of: JobLogPage(lines: ["aaaa", "bbbb"], next: 22))
        #expect(events.map(\.id) == ["17", "22"])
    }

    @Test func wrongResumePointIsRefused() async throws {
        let lab = Lab()
        lab.store.add(1)
        try await lab.test { client in
            _ = try await client.refusal(
                .get, "/api/v1/jobs/1/logs?follow=1", headers: [.lastEventID: "x"], expecting: .badRequest)
        }
    }
}
