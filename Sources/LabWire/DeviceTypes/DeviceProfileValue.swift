import LabModel

extension DeviceProfile {
    /// The profile as plain data: camelCase keys, times in seconds.
    var wireValue: DataValue {
        .map([
            "type": .string(type.rawValue),
            "description": .string(description),
            "architecture": .string(architecture),
            "deployMethods": .list(strings: deployMethods),
            "bootMethods": .list(strings: bootMethods),
            "characterDelays": .map([
                "deploy": .seconds(characterDelays.deploy),
                "boot": .seconds(characterDelays.boot),
                "test": .seconds(characterDelays.test),
            ]),
            "constants": constants.wireValue,
            "images": images.wireValue,
            "bootloaders": .map(
                Dictionary(uniqueKeysWithValues: bootloaders.map { ($0.key.rawValue, $0.value.wireValue) })),
            "loadAddresses": .map(loadAddresses.mapValues(\.wireValue)),
            "timeouts": .map(timeouts.mapValues { .seconds($0) }),
            "connectionTimeouts": .map(connectionTimeouts.mapValues { .seconds($0) }),
            "userCommands": .map(
                userCommands.mapValues {
                    .map(["perform": .list(strings: $0.perform), "undo": .list(strings: $0.undo)])
                }),
            "power": .map([
                "minimumOffTime": .seconds(power.minimumOffTime),
                "hourlySwitchOns": power.hourlySwitchOns.map { .integer(Int64($0)) } ?? .null,
            ]),
            "environment": .map(environment.mapValues { .string($0) }),
            "network": network.map {
                .map(["httpAddress": .string($0.httpAddress), "tftpAddress": .string($0.tftpAddress)])
            } ?? .null,
            "emulator": emulator,
            "tools": .map(tools),
        ])
    }
}

extension Constants {
    fileprivate var wireValue: DataValue {
        .map([
            "testShell": .string(testShell),
            "resultsDirectory": .string(resultsDirectory),
            "kernelStartMessage": .string(kernelStartMessage),
            "shutdownMessage": .string(shutdownMessage),
            "loginIncorrectMessage": .string(loginIncorrectMessage),
            "loginTimedOutMessage": .string(loginTimedOutMessage),
            "failureRetry": failureRetry.map { .integer(Int64($0)) } ?? .null,
            "bootRetry": bootRetry.map { .integer(Int64($0)) } ?? .null,
        ])
    }
}

extension BootloaderFacts {
    fileprivate var wireValue: DataValue {
        .map([
            "prompt": .string(prompt),
            "interruptPrompt": .string(interruptPrompt),
            "interruptCharacter": .string(interruptCharacter),
            "interruptNewline": .bool(interruptNewline),
            "interruptControls": .list(strings: interruptControls),
            "needsInterrupt": .bool(needsInterrupt),
            "finalMessage": .string(finalMessage),
            "errorMessages": .list(strings: errorMessages),
            "commandSets": .map(commandSets.mapValues { .list(strings: $0) }),
            "commandLines": .map(commandLines.mapValues { .string($0) }),
        ])
    }
}

extension ImageFacts {
    fileprivate var wireValue: DataValue {
        .map([
            "architecture": .string(architecture),
            "ramdiskFormat": .string(ramdiskFormat.rawValue),
            "appendsDeviceTree": .bool(appendsDeviceTree),
            "executesInPlace": .bool(executesInPlace),
            "kernelLoadAddress": kernelLoadAddress.map { .string($0) } ?? .null,
            "fitLoadAddress": fitLoadAddress.map { .string($0) } ?? .null,
        ])
    }
}

extension LoadAddresses {
    fileprivate var wireValue: DataValue {
        .map([
            "kernel": .string(kernel),
            "ramdisk": ramdisk.map { .string($0) } ?? .null,
            "deviceTree": deviceTree.map { .string($0) } ?? .null,
            "tee": tee.map { .string($0) } ?? .null,
            "deviceTreeOverlay": deviceTreeOverlay.map { .string($0) } ?? .null,
        ])
    }
}

extension DataValue {
    fileprivate static func list(strings: [String]) -> DataValue { .list(strings.map { .string($0) }) }
    fileprivate static func seconds(_ duration: Duration) -> DataValue { .double(duration.inSeconds) }
}
