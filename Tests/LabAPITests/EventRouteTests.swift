import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Testing

@testable import LabAPI

@Suite struct EventRouteTests {
    @Test func pageTellsWhereToGoOn() async throws {
        let lab = Lab()
        for _ in 1...3 { lab.store.commit(.progress, data: ["percent": 5]) }
        try await lab.test { client in
            let page = try await client.call(EventPage.self, .get, "/api/v1/events?follow=0&after=1&limit=1")
            #expect(page.events.map(\.seq) == [2])
            #expect(page.events.first?.data == ["percent": 5])
            #expect(page.last == 2)
            let empty = try await client.call(EventPage.self, .get, "/api/v1/events?follow=0&after=3")
            #expect(empty == EventPage(events: [], last: 3))
        }
    }

    @Test func streamOfAJobEndsWithIt() async throws {
        let lab = Lab()
        let id = lab.store.add(1, state: .running)
        let other = lab.store.add(2, state: .running)
        lab.store.commit(.jobSubmitted, job: id)
        try await lab.test { client in
            async let events = client.events("/api/v1/jobs/1/events")
            #expect(await eventually { lab.store.with { $0.followers.count } == 1 })
            lab.store.commit(.result, job: other)
            lab.store.commit(.result, job: id)
            lab.store.move(id, to: .finished, health: .complete, .jobFinished)
            let told = try await events
            #expect(told.map(\.event) == ["job.submitted", "result", "job.finished", "end"])
            #expect(told.map(\.id) == ["1", "3", "4", nil])
        }
        #expect(await eventually { lab.store.with { $0.followers.isEmpty } })
    }

    @Test(arguments: 0...4)
    func streamResumesExactlyBehindAnyEvent(seen: Int) async throws {
        let lab = Lab()
        let id = lab.store.add(1, state: .finished, health: .complete)
        for _ in 1...4 { lab.store.commit(.result, job: id) }
        try await lab.test { client in
            let all = try await client.events("/api/v1/jobs/1/events")
            let rest = try await client.events(
                "/api/v1/jobs/1/events?after=0", headers: [.lastEventID: "\(seen)"])
            #expect(rest == Array(all.dropFirst(seen)))
            #expect(try await client.events("/api/v1/jobs/1/events?after=\(seen)") == rest)
        }
    }

    @Test func longHistoryIsToldInFull() async throws {
        let lab = Lab()
        let id = lab.store.add(1, state: .finished)
        for _ in 1...1203 { lab.store.commit(.result, job: id) }
        try await lab.test { client in
            let events = try await client.events("/api/v1/jobs/1/events")
            #expect(events.dropLast().map(\.id) == (1...1203).map { "\($0)" })
        }
    }

    @Test func quietStreamIsKeptAlive() async throws {
        let lab = Lab()
        let id = lab.store.add(1, state: .running)
        try await lab.test { client in
            async let response = client.raw(.get, "/api/v1/jobs/1/events")
            #expect(await eventually { lab.clock.sleepers == 1 })
            lab.clock.advance(by: .seconds(15))
            #expect(await eventually { lab.clock.sleepers == 1 })
            lab.store.move(id, to: .finished, .jobFinished)
            let text = String(buffer: try await response.body)
            #expect(text.hasPrefix(": keep-alive\n\n"))
        }
    }

    @Test func troubleInsideAStreamIsToldAndEndsIt() async throws {
        let lab = Lab()
        lab.store.add(1, state: .running)
        try await lab.test { client in
            async let events = client.events("/api/v1/jobs/1/events")
            #expect(await eventually { lab.store.with { $0.followers.count } == 1 })
            lab.store.with { $0.failure = Failure(.infrastructure, "the disk is full") }
            lab.store.commit(.result)
            let told = try await events
            #expect(told.map(\.event) == ["error"])
            #expect(told.first?.data.contains("the disk is full") == true)
        }
    }

    @Test func streamsAreBoundedAndGiveTheirPlaceBack() async throws {
        var lab = Lab()
        lab.streamLimit = 1
        let id = lab.store.add(1, state: .running)
        let server = lab.server()
        let store = lab.store
        try await server.application(address: .hostname("localhost", port: 0), guarding: .socketMode)
            .test(.router) { client in
                async let events = client.events("/api/v1/jobs/1/events")
                #expect(await eventually { store.with { $0.followers.count } == 1 })
                let refusal = try await client.refusal(.get, "/api/v1/events", expecting: .tooManyRequests)
                #expect(refusal.error.type == "TooManyStreams")
                _ = try await client.call(EventPage.self, .get, "/api/v1/events?follow=0")
                store.move(id, to: .finished, .jobFinished)
                _ = try await events
                #expect(await eventually { server.openStreams == 0 })
                _ = try await client.events("/api/v1/jobs/1/events")
            }
    }
}
