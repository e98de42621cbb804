/// Texts to submit: one job in three sizes, which differ in the number of their test definitions.
struct ReferenceJob {
    let text: String

    /// - Parameter bytes: about so many; one test definition at least.
    init(bytes: Int) {
        var text = Self.head
        var number = 1
        repeat {
            text += Self.definition(number)
            number += 1
        } while text.utf8.count + Self.definition(number).utf8.count / 2 < bytes
        self.text = text
    }

    /// `1.0 KB` and the like.
    var size: String {
        let tenths = (text.utf8.count * 10 + 512) / 1024
        return "\(tenths / 10).\(tenths % 10) KB"
    }

    private static let head = """
        job_name: reference
        device_type: qemu
        visibility: public
        priority: medium
        timeouts:
          job: {minutes: 3}
          action: {minutes: 1}
        metadata: {purpose: bench}
        actions:
        - deploy:
            to: tmpfs
            images:
              kernel: {image_arg: '-kernel {kernel}', url: 'kit://arm64-ab/kernel'}
              ramdisk:
                image_arg: '-initrd {ramdisk}'
                url: 'kit://arm64-ab/ramdisk.cpio.gz'
                format: cpio.newc
                overlays: {lava: true}
        - boot: {method: qemu, prompts: ['/ # ']}
        - test:
            definitions:

        """

    private static func definition(_ number: Int) -> String {
        """
            - from: inline
              name: cases-\(number)
              path: inline/cases-\(number).yaml
              repository:
                metadata: {format: Lava-Test Test Definition 1.0, name: cases}
                run:
                  steps:
                  - lava-test-case linux-runs --shell uname -a
                  - lava-test-case runs-from-slot-a --shell 'grep -qx A /run/slot'
                  - lava-test-case uptime --result pass --measurement $(cut -d' ' -f1 /proc/uptime)
                  - lava-test-case storage --shell 'echo hello > /data/hello'

        """
    }
}
