/// What `lab-bench-device` was asked for.
struct BenchArguments: Sendable {
    struct Failure: Error {
        var description: String
    }

    static let usage = """
        lab-bench-device models
            lists the models
        lab-bench-device serve usb MODEL [--serial TEXT]... [OPTION...]
            plugs a model into the virtual USB controller, one for each serial number; they are named MODEL, MODEL-2...
        lab-bench-device serve usb MODEL=SERIAL MODEL=SERIAL... [OPTION...]
            plugs in several models, each with its serial number
        lab-bench-device serve MODEL-uhid [--serial TEXT] [OPTION...]
            puts the HID interface of a model behind /dev/uhid
        lab-bench-device tell SOCKET COMMAND [WORD...]
            tells a server something, and prints its answer: see --control

        --events FILE     appends what the devices see, a JSON object a line; a path that ends in / is a folder, with
                          a file NAME.json for each device
        --control SOCKET  takes commands, a line each: list, attach [NAME], detach [NAME],
                          vanish NAME REQUESTS [before|after] (goes away at that request to the model, before or after
                          it took effect), quit
        --ready FILE      makes this file when the devices are there
        --refuse NUMBER   stalls that many transfers to OUT endpoints after each plugging in; 6 keep the kernel's MCP2221
                          driver from waiting 24 s for what it cannot hear
        --detached        begins with the devices pulled out
        """

    enum Transport: Sendable {
        case usb, uhid
    }

    enum Verb: Sendable {
        case models
        /// More than one have their serial numbers behind a `=`.
        case serve(Transport, models: [String])
        case tell(socket: String, words: [String])
    }

    var verb: Verb
    var serials: [String] = []
    var events: String?
    var control: String?
    var ready: String?
    var refused = 0
    var isDetached = false

    init(_ arguments: [String]) throws(Failure) {
        var words: [String] = []
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--serial": serials.append(try Self.value(of: word, &rest))
            case "--events": events = try Self.value(of: word, &rest)
            case "--control": control = try Self.value(of: word, &rest)
            case "--ready": ready = try Self.value(of: word, &rest)
            case "--refuse":
                guard let number = Int(try Self.value(of: word, &rest)), number >= 0 else {
                    throw Failure(description: "--refuse wants a number")
                }
                refused = number
            case "--detached": isDetached = true
            default:
                guard !word.hasPrefix("-") else { throw Failure(description: "there is no option \(word)") }
                words.append(word)
            }
        }
        switch words.first {
        case "models" where words.count == 1: verb = .models
        case "serve" where words.count >= 3 && words[1] == "usb": verb = .serve(.usb, models: Array(words[2...]))
        case "serve" where words.count == 2 && words[1].hasSuffix("-uhid"):
            verb = .serve(.uhid, models: [String(words[1].dropLast("-uhid".count))])
        case "tell" where words.count >= 3: verb = .tell(socket: words[1], words: Array(words[2...]))
        default: throw Failure(description: "what shall I do?")
        }
    }

    private static func value(of option: String, _ rest: inout ArraySlice<String>) throws(Failure) -> String {
        guard let value = rest.popFirst() else { throw Failure(description: "\(option) wants a value") }
        return value
    }
}
