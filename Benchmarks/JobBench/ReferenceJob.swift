/// The jobs that are measured.
enum ReferenceJob {
    private static let head = """
        device_type: qemu
        visibility: public
        timeouts: {job: {minutes: 10}, action: {minutes: 9}, connection: {minutes: 9}}
        actions:

        """

    /// Deploy to tmpfs with the overlay in the ramdisk, boot, three shell cases.
    static let threeCases =
        "job_name: three cases\n" + head + """
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
                - from: inline
                  name: cases
                  path: inline/cases.yaml
                  repository:
                    metadata: {format: Lava-Test Test Definition 1.0, name: cases}
                    run:
                      steps:
                      - lava-test-case one --shell true
                      - lava-test-case two --shell true
                      - lava-test-case three --shell true

            """

    private static let deploy = """
        - deploy:
            to: tmpfs
            images:
              kernel: {image_arg: '-kernel {kernel}', url: 'kit://arm64-ab/kernel'}
              ramdisk: {image_arg: '-initrd {ramdisk}', url: 'kit://arm64-ab/ramdisk.cpio.gz'}

        """

    /// A boot whose output is what is measured.
    static let boot = "job_name: boot\n" + head + deploy + "- boot: {method: qemu, prompts: ['/ # ']}\n"

    /// Boots, then cuts the power at a marker, `count` times.
    static func cuts(_ count: Int) -> String {
        "job_name: cuts\n" + head + deploy + """
            - boot: {method: qemu, prompts: ['/ # ']}
            - power_cut:
                name: cut
                repeat: \(count)
                start: {run: 'echo copied-$((40+10))'}
                trigger: {marker: 'copied-50'}
                off_for: 1ms
                alive: {marker: 'LABD-UP version=(?<version>\\S+)', within: 60s}
                versions: {old: ramdisk, new: v2}
                allow: [old]

            """
    }
}
