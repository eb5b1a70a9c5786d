import { expect, it } from 'vitest'

import { parseUsernet } from '../../../../main/domain/qemu/parse-usernet.ts'

it('reads what QEMU 7.2 prints, and leaves out what is no socket with ports', () => {
  const text = [
    'Hub -1 (net-lan-link):',
    '  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ',
    '  TCP[HOST_FORWARD]  19       127.0.0.1    80       10.0.2.15    22     0     0',
    '  TCP[ESTABLISHED]   21       10.0.2.15 40312    93.184.216.34    80     0     0',
    '  UDP[236 sec]       22       10.0.2.15 51000         10.0.2.3    53     0     0',
    '  ICMP[10 sec]       23       10.0.2.15     -         8.8.8.8     -     0     0',
    'Hub -1 (net-b-link):',
    '  UDP[HOST_FORWARD]  24               * 5353       10.0.2.15  5353     0     0',
  ].join('\r\n')
  const rows = parseUsernet(text)
  expect(
    rows.map(({ netdev, protocol, state, sourceAddress, sourcePort }) => [
      netdev,
      protocol,
      state,
      sourceAddress,
      sourcePort,
    ]),
  ).toEqual([
    ['net-lan-link', 'tcp', 'HOST_FORWARD', '127.0.0.1', 80],
    ['net-lan-link', 'tcp', 'ESTABLISHED', '10.0.2.15', 40312],
    ['net-lan-link', 'udp', '236 sec', '10.0.2.15', 51000],
    ['net-b-link', 'udp', 'HOST_FORWARD', '0.0.0.0', 5353],
  ])
  expect(rows[1]).toMatchObject({ targetAddress: '93.184.216.34', targetPort: 80 })
})
