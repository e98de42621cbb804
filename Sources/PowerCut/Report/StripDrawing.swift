import LabModel

/// The strip: one column a write, one row a model, the phases beneath. Stands alone as an SVG file.
struct StripDrawing {
    let document: CampaignDocument

    private static let rowHeight = 26.0
    private static let left = 74.0
    private static let top = 8.0

    /// Pixels a column at natural size; wide enough to hit with a pointer, narrow enough for thousands.
    private var column: Double {
        min(16, max(0.5, 960 / Double(document.writes.count + 1)))
    }

    private var width: Double { Self.left + column * Double(document.writes.count + 1) + 8 }

    /// Worst verdict by model and by cut.
    private var rows: [(name: String, worst: [Int: CampaignDocument.State])] {
        document.models.map { model in
            var worst: [Int: CampaignDocument.State] = [:]
            for state in document.states where state.model == model.name {
                let cut = state.id.update.writes
                if let known = worst[cut], !Self.isWorse(state, than: known) { continue }
                worst[cut] = state
            }
            return (model.name, worst)
        }
    }

    private static func isWorse(_ state: CampaignDocument.State, than other: CampaignDocument.State) -> Bool {
        if state.isAllowed != other.isAllowed { return !state.isAllowed }
        return state.verdict.severity > other.verdict.severity
    }

    var svg: String {
        let rows = rows
        let bands = Self.top + Self.rowHeight * Double(rows.count) + 6
        let height = bands + 44
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" class="strip" viewBox="0 0 \(number(width)) \(number(height))" \
            width="\(number(width))" height="\(number(height))" role="img" aria-label="\(Markup.escaped(document.line))" \
            font-family="sans-serif" font-size="11">
            <defs>
            """
        for verdict in Verdict.allCases {
            guard let hatch = VerdictStyle(verdict).hatch else { continue }
            text += """
                <pattern id="hatch-\(verdict.rawValue)" width="6" height="6" patternUnits="userSpaceOnUse">\
                <path d="\(hatch)" stroke="#fff" stroke-width="1.2" opacity="0.85"/></pattern>
                """
        }
        text += "</defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        for (place, row) in rows.enumerated() {
            let y = Self.top + Self.rowHeight * Double(place)
            text += "<text x=\"4\" y=\"\(number(y + 16))\">\(row.name)</text>\n"
            for cut in row.worst.keys.sorted() {
                if let state = row.worst[cut] { text += cell(state, cut: cut, y: y) }
            }
        }
        text += phases(at: bands) + flushes(from: Self.top, to: bands - 6) + axis(at: bands + 34)
        return text + "</svg>\n"
    }

    private func x(_ cut: Int) -> Double { Self.left + column * Double(cut) }

    private func cell(_ state: CampaignDocument.State, cut: Int, y: Double) -> String {
        let style = VerdictStyle(state.verdict)
        let box = """
            x="\(number(x(cut)))" y="\(number(y))" width="\(number(max(0.5, column - (column > 3 ? 1 : 0))))" \
            height="\(number(Self.rowHeight - 4))"
            """
        var text = """
            <g class="cell" data-state="\(Markup.escaped(state.id.description))" data-cut="\(cut)">\
            <title>\(Markup.escaped(state.id.description)): \(state.verdict.rawValue), \(style.words)\
            \(state.phase.map { ", in phase " + Markup.escaped($0) } ?? "")</title>\
            <rect \(box) fill="\(style.color)"/>
            """
        if style.hatch != nil { text += "<rect \(box) fill=\"url(#hatch-\(state.verdict.rawValue))\"/>" }
        if !state.isAllowed {
            text += "<rect \(box) fill=\"none\" stroke=\"#000\" stroke-width=\"\(column > 3 ? 1.5 : 0.6)\"/>"
        }
        if column >= 8 {
            let ink = state.verdict.severity > 3 ? "#fff" : "#000"
            text += """
                <text x="\(number(x(cut) + column / 2 - 0.5))" y="\(number(y + 15))" text-anchor="middle" \
                font-size="10" fill="\(ink)">\(style.letter)</text>
                """
        }
        return text + "</g>\n"
    }

    /// Consecutive columns of one phase.
    private func phases(at y: Double) -> String {
        var text = ""
        let begins = document.marks.filter { $0.phase != nil }
        for (place, mark) in begins.enumerated() {
            let end = place + 1 < begins.count ? begins[place + 1].afterWrite : document.writes.count + 1
            guard end > mark.afterWrite, let phase = mark.phase else { continue }
            let span = column * Double(end - mark.afterWrite)
            let shade = place % 2 == 0 ? "#f0f0f0" : "#e0e0e0"
            text += """
                <g><title>phase \(Markup.escaped(phase))</title><rect x="\(number(x(mark.afterWrite)))" \
                y="\(number(y))" width="\(number(span))" height="18" fill="\(shade)" stroke="#999" stroke-width="0.5"/>
                """
            let room = Int(span / 6)
            if room >= 3 {
                let label = phase.count > room ? String(phase.prefix(room - 1)) + "…" : phase
                text +=
                    "<text x=\"\(number(x(mark.afterWrite) + 3))\" y=\"\(number(y + 13))\">\(Markup.escaped(label))</text>"
            }
            text += "</g>\n"
        }
        for mark in document.marks where mark.isSuccess {
            let place = number(x(mark.afterWrite))
            text += """
                <g><title>the updater reports success</title><path d="M\(place) \(number(y - 4))V\(number(y + 22))" \
                stroke="#000" stroke-width="2"/></g>

                """
        }
        return text
    }

    private func flushes(from top: Double, to bottom: Double) -> String {
        document.flushes.map { flush in
            let place = number(x(flush.afterWrite) - 0.5 + column)
            return "<path class=\"flush\" d=\"M\(place) \(number(top))V\(number(bottom))\" stroke=\"#000\" "
                + "stroke-width=\"0.4\" stroke-dasharray=\"2 2\"/>\n"
        }.joined()
    }

    private func axis(at y: Double) -> String {
        let count = document.writes.count
        let step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000].first {
            column * Double($0) >= 34
        }
        guard let step else { return "" }
        return stride(from: 0, through: count, by: step).map { cut in
            "<text x=\"\(number(x(cut) + column / 2))\" y=\"\(number(y))\" text-anchor=\"middle\">w\(cut)</text>\n"
        }.joined()
    }

    private func number(_ value: Double) -> String {
        let hundredths = (value * 100).rounded() / 100
        return hundredths == hundredths.rounded() ? "\(Int(hundredths))" : "\(hundredths)"
    }
}
