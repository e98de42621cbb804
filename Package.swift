// swift-tools-version: 6.3
import PackageDescription

// One settings array for every Swift target of ours: Swift 6 mode, explicit existentials and imports,
// and no warning survives.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let heaps: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")

/// A room of the house: a library target with its Swift settings.
func room(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: house)
}

/// The tests of a room.
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, resources: resources, swiftSettings: house)
}

let package = Package(
    name: "labd",
    products: [
        .executable(name: "labd", targets: ["labd"]),
        .executable(name: "lablctl", targets: ["lablctl"]),
        .executable(name: "lab-keeper", targets: ["lab-keeper"]),
        .executable(name: "lab-bench-device", targets: ["LabBench"]),
        .library(name: "SteppedClock", type: .dynamic, targets: ["CSteppedClock"]),
        .library(name: "Unsynced", type: .dynamic, targets: ["CUnsynced"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // The vocabulary everything else speaks.
        room("LabModel", []),

        // From text to a checked plan.
        room("JobDSL", ["LabModel", yams, collections]),

        // The files of other labs, as ours.
        room("LabImport", ["LabModel", "JobDSL"]),

        // Who runs when, and what running means.
        room("JobEngine", ["LabModel", collections, logging]),
        room("LabScheduler", ["LabModel", collections, heaps, logging]),

        // Bytes from and to boards.
        .systemLibrary(name: "CVectorscan", pkgConfig: "libhs", providers: [.apt(["libvectorscan-dev"])]),
        .target(name: "CPCRE2", linkerSettings: [.linkedLibrary("pcre2-8")]),
        .target(name: "CSerial"),
        room(
            "SerialConsole",
            [
                "LabModel", "CVectorscan", "CPCRE2", "CSerial", nioCore, nioPosix, subprocess, systemPackage, logging,
                collections,
            ]),

        // Boards without hardware, and what boards fetch from us.
        room(
            "VirtualBoards",
            ["LabModel", "CSerial", nioCore, nioPosix, subprocess, systemPackage, logging, collections]),
        room("BoardServices", ["LabModel", nioCore, nioPosix, nioHTTP1, logging, collections]),

        // Real hardware: power, relays, USB, GPIO.
        .systemLibrary(name: "CUSB", pkgConfig: "libusb-1.0", providers: [.apt(["libusb-1.0-0-dev"])]),
        .target(name: "CGPIO", linkerSettings: [.linkedLibrary("gpiod")]),
        room("LineKeeper", ["CGPIO"]),
        .executableTarget(name: "lab-keeper", dependencies: ["LineKeeper"], swiftSettings: house),
        room(
            "DeviceDrivers",
            [
                "LabModel", "LineKeeper", "CUSB", "CGPIO", "CSerial", asyncHTTPClient, nioCore, nioPosix, nioHTTP1,
                subprocess,
                systemPackage, crypto, logging, collections,
            ]),

        // Images and overlays.
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev", "zlib1g-dev"])]),
        room(
            "LabArtifacts",
            [
                "LabModel", "CArchive", asyncHTTPClient, nioCore, nioHTTP1, crypto, subprocess, systemPackage, logging,
                collections,
            ]),

        // What is remembered, and how it is told.
        room("LabStore", ["LabModel", grdb, logging, collections]),
        room("LabWire", ["LabModel"]),
        room(
            "LabAPI",
            [
                "LabModel", "LabWire", hummingbird, nioCore, nioPosix, nioHTTP1, crypto, logging, lifecycle,
                collections,
            ]),

        // What a power cut can do to a board.
        room(
            "PowerCut",
            ["LabModel", crypto, nioCore, nioPosix, subprocess, systemPackage, logging, collections]),

        // The two programs.
        .executableTarget(
            name: "labd",
            dependencies: [
                "LabModel", "JobDSL", "JobEngine", "LabScheduler", "SerialConsole", "VirtualBoards", "BoardServices",
                "LabArtifacts", "PowerCut", "DeviceDrivers", "LabStore", "LabWire", "LabAPI", nioCore, nioPosix, crypto,
                subprocess, argumentParser,
                lifecycle,
                unixSignals, logging, systemPackage, collections,
            ],
            swiftSettings: house),
        .executableTarget(
            name: "lablctl",
            dependencies: [
                "LabModel", "JobDSL", "LabImport", "LabWire", asyncHTTPClient, nioCore, nioHTTP1, argumentParser,
                logging,
                subprocess,
                systemPackage, collections,
            ],
            swiftSettings: house),

        // Test support, and the tests of each room.
        .target(name: "CSimulation"),
        room("LabSimulation", ["LabModel", "CSimulation", collections]),
        // The lab in a simulation: real scheduler, engine, recovery and store on model boards.
        room(
            "SimulatedLab",
            ["LabModel", "LabSimulation", "LabScheduler", "LabStore", "JobEngine", logging, collections]),
        .executableTarget(
            name: "lab-simulate", dependencies: ["LabModel", "SimulatedLab", argumentParser], swiftSettings: house),
        tests("SimulatedLab", ["LabModel", "LabSimulation", "SimulatedLab", "LabStore"]),
        room("DeviceModels", ["LabModel", "CSerial", nioCore, nioPosix, nioHTTP1]),
        .executableTarget(name: "LabBench", dependencies: ["DeviceModels"], swiftSettings: house),
        tests(
            "DeviceDrivers",
            [
                "LabModel", "LineKeeper", "DeviceDrivers", "DeviceModels", "DeviceBench", "LabSimulation", subprocess,
                systemPackage, logging,
            ]),
        tests("LineKeeper", ["LineKeeper"]),
        tests("LabModel", ["LabModel"]),
        tests("JobDSL", ["LabModel", "JobDSL"]),
        .testTarget(
            name: "LabImportTests", dependencies: ["LabModel", "JobDSL", "LabImport", "DeviceDrivers"],
            exclude: ["Labs"],
            swiftSettings: house),
        tests("JobEngine", ["LabModel", "JobEngine", "LabSimulation"]),
        tests("LabScheduler", ["LabModel", "LabScheduler", "LabStore", "LabSimulation", logging]),
        tests("SerialConsole", ["LabModel", "SerialConsole", "CSerial", nioCore, nioPosix, nioEmbedded]),
        tests(
            "VirtualBoards",
            ["LabModel", "VirtualBoards", "SerialConsole", nioCore, nioPosix, nioEmbedded, logging, systemPackage]),
        tests("BoardServices", ["LabModel", "BoardServices", nioCore, nioPosix]),
        tests("LabArtifacts", ["LabModel", "LabArtifacts", nioCore, nioPosix, nioHTTP1]),
        tests("LabStore", ["LabModel", "LabStore", grdb]),
        tests("PowerCut", ["LabModel", "PowerCut", nioCore, nioPosix, subprocess, systemPackage]),
        tests("LabWire", ["LabModel", "LabWire"]),
        tests(
            "LabAPI",
            [
                "LabModel", "LabWire", "LabAPI",
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ]),
        tests("labd", ["LabModel", "LabArtifacts", "LabSimulation", "LabStore", "labd", logging, systemPackage]),
        tests("lablctl", ["LabModel", "LabImport", "LabWire", "lablctl"]),
        // Preloaded into a daemon whose clock a test steps.
        .target(name: "CSteppedClock", path: "Tests/CSteppedClock"),
        // Preloaded into a labd that an exploration of power cuts has to find out.
        .target(name: "CUnsynced", path: "Tests/CUnsynced"),
        // The real programs from outside: the daemon, the command line, virtual boards.
        tests("EndToEnd", ["LabModel", "LabWire", "DeviceModels", "CSerial", subprocess, systemPackage, grdb]),
        // The gate, held against LAVA's own submission schema.
        tests("LavaGate", ["LabModel", "JobDSL", subprocess, systemPackage]),
    ]
)

// `make bench`: one program a room, each row a ratio against a floor of the same run.
func bench(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies + ["BenchKit"], path: "Benchmarks/\(name)", swiftSettings: house)
}
package.targets += [
    .target(name: "BenchKit", path: "Benchmarks/BenchKit", swiftSettings: house),
    bench("BenchTable", []),
    bench(
        "ConsoleBench",
        ["LabModel", "SerialConsole", "CSerial", nioCore, nioPosix, logging, systemPackage]),
    .target(name: "BenchSQLite", dependencies: [grdb], path: "Benchmarks/BenchSQLite", swiftSettings: house),
    bench("StoreBench", ["LabModel", "LabStore", "JobDSL", "BenchSQLite", yams, grdb]),
    bench("SchedulerBench", ["LabModel", "LabScheduler", "LabSimulation", "LabStore", logging]),
    bench("WeekBench", ["LabModel", "SimulatedLab"]),
    bench("HistoryBench", ["LabModel", "LabStore", "BenchSQLite"]),
    bench("ImageBench", ["LabModel", "LabArtifacts", "CArchive", crypto, logging, nioCore, nioPosix, systemPackage]),
    bench("JobBench", ["LabModel", "LabWire", subprocess, systemPackage, asyncHTTPClient, nioCore, nioPosix]),
    bench("PowerCutBench", ["LabModel", "PowerCut", nioCore, nioPosix]),
    bench("DeviceBench", ["LabModel", "DeviceDrivers", "DeviceModels", "LabSimulation", "CUSB", "CGPIO", logging]),
]

// What must hold for any input: held to the committed corpus by the tests, and to everything else by `make fuzz`.
let isFuzzing = Context.environment["LABD_FUZZ"] != nil
package.targets += [
    .target(
        name: "FuzzChecks", dependencies: ["LabModel", "JobDSL", "JobEngine", "SerialConsole"], path: "Fuzz/Checks",
        swiftSettings: house + (isFuzzing ? [.define("FUZZING")] : [])),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzChecks"], exclude: ["Corpus"], swiftSettings: house),
]

// libFuzzer links only into a build made with its flags: see `scripts/fuzz`.
if isFuzzing {
    package.targets.append(.target(name: "CFuzzDriver", path: "Fuzz/CFuzzDriver"))
    for name in ["FuzzYAMLTree", "FuzzJobDecoder", "FuzzSignals", "FuzzPatterns"] {
        package.targets.append(
            .executableTarget(
                name: name, dependencies: ["FuzzChecks", "CFuzzDriver"], path: "Fuzz/\(name)", swiftSettings: house))
    }
}
