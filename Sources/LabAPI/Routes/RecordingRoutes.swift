import Foundation
import Hummingbird
import LabModel
import LabWire

/// Recordings of power cuts: what is in them, as files and as images of crash states.
struct RecordingRoutes {
    var services: APIServices

    var routes: [Route] { [show, trace, image] }

    static let block = Route.Parameter(
        name: "block",
        description: "The block's position in the job, from 0; the first that was recorded if not given.",
        schema: .integer)
    static let state = Route.Parameter(name: "state", description: "A crash state, such as `w54`.")

    private var show: Route {
        Route(
            .get, "/api/v1/jobs/{id}/power-cut-recording",
            .init(
                name: "getPowerCutRecording",
                summary: "What a `power_cut` block with `on: virtual` recorded.", query: [Self.block],
                answers: [.json(200, "The recording in numbers.", .named("RecordingInfo")), .notFound])
        ) { [services] call in
            let subject = try call.recording()
            return try .json(RecordingInfo(try await services.workbench().recording(of: subject), of: subject.job))
        }
    }

    private var trace: Route {
        Route(
            .get, "/api/v1/jobs/{id}/power-cut-trace",
            .init(
                name: "getPowerCutTrace", summary: "The recording itself, a trace file.", query: [Self.block],
                answers: [.file("The trace."), .notFound])
        ) { [services] call in
            try .file(try await services.workbench().trace(of: try call.recording()))
        }
    }

    private var image: Route {
        Route(
            .get, "/api/v1/jobs/{id}/power-cut-image",
            .init(
                name: "getPowerCutImage", summary: "The whole disk as a crash state shows it, raw.",
                query: [Self.block, Self.state],
                answers: [.file("The image."), .refusal(400, "The state cannot be read."), .notFound])
        ) { [services] call in
            try .file(try await services.workbench().image(of: try call.state(), of: try call.recording()))
        }
    }
}

extension APIServices {
    /// - Throws: 404 in a lab that explores no power cuts.
    func workbench() throws(APIError) -> any PowerCutWorkbench {
        guard let workbench = dependencies.workbench else { throw .notFound("this lab explores no power cuts") }
        return workbench
    }
}

extension Call {
    /// - Throws: 400 and 404.
    func recording() throws(APIError) -> PowerCutSubject {
        PowerCutSubject(job: try job(), block: try query.integer("block", in: 0...10_000).map { Int($0) })
    }

    /// - Throws: 400 when none is named.
    func state() throws(APIError) -> String {
        guard let state = query.text("state") else {
            throw .badRequest("`state` is missing", advice: "name a crash state, such as `w54`")
        }
        return state
    }
}

extension Route.Answer {
    static func file(_ description: String) -> Route.Answer {
        Route.Answer(status: 200, description: description, contents: ["application/octet-stream": .string])
    }
}

extension Response {
    /// A file in pieces of 1 MiB, with its digest (RFC 9530) and size said before.
    static func file(_ file: any ReadableFile) throws -> Response {
        let digest = Data(try file.digest()).base64EncodedString()
        let headers: HTTPFields = [
            .contentType: "application/octet-stream", .cacheControl: "no-store",
            .reprDigest: "sha-256=:\(digest):",
        ]
        let body = ResponseBody(contentLength: Int(file.size)) { writer in
            var offset: Int64 = 0
            while offset < file.size {
                let piece = try file.read(at: offset, length: 1 << 20)
                guard !piece.isEmpty else { throw Failure(.infrastructure, "a file ended before its end") }
                try await writer.write(ByteBuffer(bytes: piece))
                offset += Int64(piece.count)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}
