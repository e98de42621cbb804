import Hummingbird
import LabModel
import LabWire

/// What explorations of power cuts found.
struct PowerCutRoutes {
    var services: APIServices

    var routes: [Route] { [report] }

    private var report: Route {
        Route(
            .get, "/api/v1/jobs/{id}/power-cut-report",
            .init(
                name: "getPowerCutReport",
                summary: "The report of a `power_cut` block with `on: virtual`, once it has ended.",
                query: [
                    .init(
                        name: "block", description: "The block's position in the job, from 0; the first if not given.",
                        schema: .integer),
                    .init(
                        name: "form", description: "`html` if not given.",
                        schema: .choice(PowerCutReportForm.allCases.map(\.rawValue))),
                ],
                answers: [
                    Route.Answer(
                        status: 200, description: "The report.",
                        contents: [
                            "text/html": .string, "application/json": .string, "image/svg+xml": .string,
                            "application/xml": .string,
                        ]),
                    .notFound,
                ])
        ) { [services] call in
            let job = try await services.record(try call.job())
            let block = try call.query.integer("block", in: 0...10_000).map { Int($0) }
            let word = call.query.text("form") ?? PowerCutReportForm.html.rawValue
            guard let form = PowerCutReportForm(rawValue: word) else {
                let known = PowerCutReportForm.allCases.map(\.rawValue).joined(separator: ", ")
                throw APIError.badRequest(
                    "`form=\(word.prefix(40))` is no form of a report", advice: "known are \(known)")
            }
            guard
                let text = try await services.dependencies.powerCutReports?.report(
                    of: job.id, block: block, form: form)
            else {
                throw APIError.notFound("job \(job.id) has no finished exploration of power cuts")
            }
            return .text(text, type: Self.type(of: form))
        }
    }

    private static func type(of form: PowerCutReportForm) -> String {
        switch form {
        case .json: "application/json"
        case .html: "text/html; charset=utf-8"
        case .svg: "image/svg+xml"
        case .junit: "application/xml"
        }
    }
}
