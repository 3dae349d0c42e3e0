import { basename, dirname } from 'node:path'
import { copyOf, type Dataset, type Engine, openDataset, type Place } from './data/dataset.ts'
import { type BenchPostgres, openBenchPostgres } from './postgres.ts'
import { say, tenths } from './progress.ts'
import { warm } from './warm.ts'

/** The records of one run: opened when a measurement first needs them, closed together. */
export class Records {
  private readonly datasets = new Map<string, Dataset>()
  private readonly copies = new Map<Engine, Place & { remove(): Promise<void> }>()
  private server: BenchPostgres | undefined

  /** The PostgreSQL server, once a record in it was asked for. */
  get postgres(): BenchPostgres | undefined {
    return this.server
  }

  /** The data set of an engine and size, to be read only. */
  async dataset(engine: Engine, patients: number): Promise<Dataset> {
    if (engine === 'postgres') this.server ??= await openBenchPostgres()
    const key = `${engine} ${patients}`
    const known = this.datasets.get(key)
    if (known !== undefined) return known
    const dataset = await openDataset(
      engine,
      patients,
      this.server,
      tenths(`fill ${engine}, ${patients} patients`, patients),
    )
    this.datasets.set(key, dataset)
    for (const folder of await this.foldersOf(dataset)) await warm(folder)
    return dataset
  }

  /** The copy of a data set that the writing measurements of this run share. */
  async writable(dataset: Dataset): Promise<Place> {
    const known = this.copies.get(dataset.engine)
    if (known !== undefined) return known
    say(`copy ${dataset.engine} for the writes`)
    const copy = await copyOf(dataset, this.server)
    this.copies.set(dataset.engine, copy)
    return copy
  }

  private async foldersOf({ engine, store }: Dataset): Promise<string[]> {
    if (engine === 'sqlite') return [dirname(store.slice('sqlite:'.length))]
    const folder = await this.server?.folderOf(basename(new URL(store).pathname))
    return folder === undefined ? [] : [folder]
  }

  async close(): Promise<void> {
    for (const copy of this.copies.values()) await copy.remove()
    await this.server?.stop()
  }
}
