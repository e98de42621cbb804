import ArgumentParser
import JobDSL
import LabModel

/// A length of time on the command line: `90s`, `10m`, `1h` or seconds.
struct DurationArgument: ExpressibleByArgument {
    var duration: Duration

    init?(argument: String) {
        // A budget shorter than a second explores nothing.
        guard let duration = DurationText.parse(argument), duration >= .seconds(1) else { return nil }
        self.duration = duration
    }
}

/// A share on the command line: `5%` or `5`, above 0 and up to 100.
struct PercentArgument: ExpressibleByArgument {
    var percent: Double

    init?(argument: String) {
        let digits = argument.hasSuffix("%") ? String(argument.dropLast()) : argument
        guard let percent = Double(digits), percent > 0, percent <= 100 else { return nil }
        self.percent = percent
    }
}

/// The models of an exploration, separated by commas.
struct ModelsArgument: ExpressibleByArgument {
    var models: [PowerCutExploration.Model]

    static let standard = ModelsArgument(models: [.prefix, .torn, .subsets])

    init(models: [PowerCutExploration.Model]) {
        self.models = models
    }

    init?(argument: String) {
        let models = argument.split(separator: ",", omittingEmptySubsequences: false).map {
            PowerCutExploration.Model(rawValue: String($0))
        }
        guard !models.isEmpty, !models.contains(nil) else { return nil }
        self.models = models.compactMap(\.self)
    }

    var defaultValueDescription: String { models.map(\.rawValue).joined(separator: ",") }

    static var allValueStrings: [String] { PowerCutExploration.Model.allCases.map(\.rawValue) }
}
