// Drives a HyperDeck at the port of its argument with hyperdeck-connection (NRK, MIT), and prints what came of it.
const path = require('path')
const { Hyperdeck, Commands } = require(path.join(process.env.LIVEGRADE_NODE_MODULES, 'hyperdeck-connection'))

const deck = new Hyperdeck({ pingPeriod: 1000, externalLog: () => {} })
const told = []
const fail = (error) => { console.error(error); process.exit(1) }
deck.on('error', fail)
deck.on('notify.transport', (state) => told.push(state.status))
deck.on('connected', async (info) => {
  try {
    const send = (command) => deck.sendCommand(command)
    const notify = new Commands.NotifySetCommand()
    notify.transport = true
    await send(notify)
    const before = await send(new Commands.TransportInfoCommand())
    const device = await send(new Commands.DeviceInfoCommand())
    await send(new Commands.RecordCommand('A002C003'))
    const during = await send(new Commands.TransportInfoCommand())
    await send(new Commands.StopCommand())
    const clips = await send(new Commands.ClipsGetCommand())
    const disk = await send(new Commands.DiskListCommand(1))
    const slot = await send(new Commands.SlotInfoCommand(2))
    const remote = await send(new Commands.RemoteGetCommand())
    const asked = await send(new Commands.NotifyGetCommand())
    const refused = await send(Object.assign(new Commands.SlotSelectCommand(), { slotId: 7 })).then(() => 0, (reply) => reply.code)
    await deck.disconnect()
    console.log(JSON.stringify({ info, before, device, during, clips, disk, slot, remote, asked, refused, told }))
    process.exit(0)
  } catch (error) { fail(error) }
})
deck.connect('127.0.0.1', Number(process.argv[2]))
