public import LabModel

/// How a job's test cases ended, with its own steps counted apart.
public struct ResultCounts: Codable, Sendable, Equatable {
    /// Test cases, without those of the suite `lava`.
    public var pass: Int
    public var fail: Int
    public var skip: Int
    public var unknown: Int
    /// The job's own steps, which are the suite `lava`.
    public var steps: StepCounts

    /// The suite of a job's own steps.
    public static let stepSuite = "lava"

    public init(pass: Int = 0, fail: Int = 0, skip: Int = 0, unknown: Int = 0, steps: StepCounts = StepCounts()) {
        self.pass = pass
        self.fail = fail
        self.skip = skip
        self.unknown = unknown
        self.steps = steps
    }

    public init(_ records: [ResultRecord]) {
        self.init()
        for record in records {
            if record.suite == Self.stepSuite {
                steps.count(record.result)
                continue
            }
            switch record.result {
            case .pass: pass += 1
            case .fail: fail += 1
            case .skip: skip += 1
            case .unknown: unknown += 1
            }
        }
    }

    private enum CodingKeys: String, CodingKey {
        case pass, fail, skip, unknown, steps
    }

    // A daemon of before steps were counted apart does not send them.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        pass = try container.decode(Int.self, forKey: .pass)
        fail = try container.decode(Int.self, forKey: .fail)
        skip = try container.decode(Int.self, forKey: .skip)
        unknown = try container.decode(Int.self, forKey: .unknown)
        steps = try container.decodeIfPresent(StepCounts.self, forKey: .steps) ?? StepCounts()
    }
}

/// How many of a job's own steps ended how. A step that is tried again counts each time.
public struct StepCounts: Codable, Sendable, Equatable {
    public var pass: Int
    public var fail: Int

    public init(pass: Int = 0, fail: Int = 0) {
        self.pass = pass
        self.fail = fail
    }

    mutating func count(_ result: TestResult) {
        switch result {
        case .pass: pass += 1
        case .fail: fail += 1
        // A step either did what it had to or did not; nothing records another answer for one.
        case .skip, .unknown: break
        }
    }
}
